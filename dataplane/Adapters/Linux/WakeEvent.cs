using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>What a thread waits by for packets: descriptors it reads, and an event that ends the wait; once raised it stays raised.</summary>
/// <remarks>An epoll set and not poll: poll joins and leaves the wait queue of every descriptor each time, between the waking and the packet.</remarks>
internal sealed unsafe class WakeEvent : IDisposable
{
    private const uint Readable = 1;
    private const int Add = 1;
    private const int MostFound = 8;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int EntryLength = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int PlaceAt = EntryLength - sizeof(ulong);

    private readonly Doorbell _bell = new();
    private readonly int _set;
    private volatile bool _isRaised;

    /// <summary>An event beside so many descriptors, which stay open as long as anybody waits; throws <see cref="AdapterException"/> when the process has no descriptor left.</summary>
    public WakeEvent(params IEnumerable<int> descriptors)
    {
        _set = Libc.CreateEventSet(Libc.CloseOnExec);
        if (_set < 0 || !descriptors.Append(_bell.Descriptor).Select((descriptor, place) => TryAdd(descriptor, (uint)place)).All(static isAdded => isAdded))
        {
            var error = Libc.LastError;
            Dispose();
            throw new AdapterException($"no event set for a port ({Errno.Text(error)}): raise the limit of open files, or fs.epoll.max_user_watches.");
        }
    }

    /// <summary>Whether it was raised.</summary>
    public bool IsRaised => _isRaised;

    /// <summary>Ends every wait, those to come included.</summary>
    public void Raise()
    {
        _isRaised = true;
        _bell.Ring();
    }

    /// <summary>Waits until a descriptor is readable, the event is raised or the time is over; a bit for each that is readable, in the order in which they were given.</summary>
    public uint AwaitReadable(int milliseconds = Timeout.Infinite)
    {
        var found = stackalloc byte[MostFound * 16];
        var readable = 0u;
        for (var left = Libc.AwaitEvents(_set, found, MostFound, milliseconds); left > 0; left--, found += EntryLength)
        {
            readable |= 1u << *(int*)(found + PlaceAt);
        }

        return readable;
    }

    /// <summary>Whether a descriptor is readable, or the event raised, at this moment; asked inside a port's gate, behind which the descriptors may be closed at any time, and false once that is.</summary>
    public bool IsReadableInside(CallGate gate)
    {
        if (!gate.TryEnter())
        {
            return false;
        }

        var found = stackalloc byte[16];
        var isReadable = Libc.AwaitEvents(_set, found, 1, 0) > 0;
        gate.Leave();
        return isReadable;
    }

    /// <summary>Waits until the event is raised or the time is over.</summary>
    public void Await(int milliseconds)
    {
        var entry = new Libc.PollEntry { Descriptor = _bell.Descriptor, Events = Libc.PollIn };
        _ = Libc.Poll(&entry, 1, milliseconds);
    }

    public void Dispose()
    {
        _bell.Dispose();
        if (_set >= 0)
        {
            _ = Libc.Close(_set);
        }
    }

    private bool TryAdd(int descriptor, uint place)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = Readable;
        *(ulong*)(entry + PlaceAt) = place;
        return Libc.ControlEvents(_set, Add, descriptor, entry) == 0;
    }
}
