using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux;

/// <summary>What a thread waits by for packets: descriptors it reads, and an event that ends the wait; once raised it stays raised.</summary>
/// <remarks>An epoll set and not poll: poll joins and leaves the wait queue of every descriptor each time, between the waking and the packet.</remarks>
internal sealed unsafe class WakeEvent : IDisposable
{
    private const uint Readable = 1;
    private const int Add = 1;
    private const int Remove = 2;
    private const int MostFound = 8;

    // Places from here on are those of another's descriptors.
    private const int FirstOfAnother = 16;
    private const uint AllOfAnother = uint.MaxValue << FirstOfAnother;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int EntryLength = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int PlaceAt = EntryLength - sizeof(ulong);

    private readonly Doorbell _bell = new();
    private readonly int[] _descriptors;
    private readonly int _set;
    private volatile bool _isRaised;
    private volatile bool _isJoined;
    private uint _foundOfAnother;

    /// <summary>An event beside so many descriptors, which stay open as long as anybody waits; throws <see cref="AdapterException"/> when the process has no descriptor left.</summary>
    public WakeEvent(params IEnumerable<int> descriptors)
    {
        _descriptors = [.. descriptors, _bell.Descriptor];
        _set = Libc.CreateEventSet(Libc.CloseOnExec);
        if (_set < 0 || !TryAdd(_descriptors, firstPlace: 0))
        {
            var error = Libc.LastError;
            Dispose();
            throw new AdapterException($"no event set for a port ({Errno.Text(error)}): raise the limit of open files, or fs.epoll.max_user_watches.");
        }
    }

    /// <summary>Whether it was raised.</summary>
    public bool IsRaised => _isRaised;

    /// <summary>Whether waits end for another event too (<see cref="TryJoin"/>).</summary>
    public bool IsJoined => _isJoined;

    /// <summary>Ends every wait, those to come included.</summary>
    public void Raise()
    {
        _isRaised = true;
        _bell.Ring();
    }

    /// <summary>Whether a wait that found these ended for a joined event alone (<see cref="TryJoin"/>).</summary>
    public static bool IsForAnother(uint readable) => readable != 0 && (readable & ~AllOfAnother) == 0;

    /// <summary>Waits until a descriptor is readable, the event is raised or the time is over; a bit for each that is readable, in the order in which they were given, those of a joined event from the seventeenth on.</summary>
    public uint AwaitReadable(int milliseconds = Timeout.Infinite)
    {
        var found = stackalloc byte[MostFound * 16];
        var readable = 0u;
        for (var left = Libc.AwaitEvents(_set, found, MostFound, milliseconds); left > 0; left--, found += EntryLength)
        {
            readable |= 1u << *(int*)(found + PlaceAt);
        }

        _foundOfAnother = readable >> FirstOfAnother;
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

    /// <summary>Lets waits end for another event and its descriptors too, all of them open meanwhile; one other at a time. False when the system refuses.</summary>
    public bool TryJoin(WakeEvent other)
    {
        if (TryAdd(other._descriptors, FirstOfAnother))
        {
            _isJoined = true;
            return true;
        }

        Part(other);
        return false;
    }

    /// <summary>What the latest wait found readable of a joined event, a bit for each as its own wait would have it, and 0 when asked again; for the thread that waits.</summary>
    public uint TakeFoundOfAnother()
    {
        var found = _foundOfAnother;
        _foundOfAnother = 0;
        return found;
    }

    /// <summary>Undoes <see cref="TryJoin"/>.</summary>
    public void Part(WakeEvent other)
    {
        _isJoined = false;
        foreach (var descriptor in other._descriptors)
        {
            _ = Libc.ControlEvents(_set, Remove, descriptor, null);
        }
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

    private bool TryAdd(int[] descriptors, int firstPlace)
    {
        var entry = stackalloc byte[16];
        for (var at = 0; at < descriptors.Length; at++)
        {
            *(uint*)entry = Readable;
            *(ulong*)(entry + PlaceAt) = (ulong)(firstPlace + at);
            if (Libc.ControlEvents(_set, Add, descriptors[at], entry) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
