namespace IpsecDp.Adapters.Linux;

/// <summary>An eventfd that ends a thread's wait for packets; once raised it stays raised.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly int _descriptor;
    private volatile bool _isRaised;

    /// <summary>A lowered event; throws <see cref="AdapterException"/> when the process has no descriptor left.</summary>
    public WakeEvent()
    {
        _descriptor = Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking);
        if (_descriptor < 0)
        {
            throw new AdapterException($"no event descriptor for a port ({Errno.Text(Libc.LastError)}): raise the limit of open files.");
        }
    }

    /// <summary>Whether it was raised.</summary>
    public bool IsRaised => _isRaised;

    /// <summary>Ends every wait, those to come included.</summary>
    public void Raise()
    {
        _isRaised = true;
        ulong one = 1;
        // The counter cannot overflow within the life of a process; there is no other failure.
        _ = Libc.Write(_descriptor, &one, sizeof(ulong));
    }

    /// <summary>Waits until a descriptor is readable or the event is raised.</summary>
    public void AwaitReadable(ReadOnlySpan<int> descriptors)
    {
        var entries = stackalloc Libc.PollEntry[descriptors.Length + 1];
        for (var i = 0; i < descriptors.Length; i++)
        {
            entries[i] = new Libc.PollEntry { Descriptor = descriptors[i], Events = Libc.PollIn };
        }

        entries[descriptors.Length] = new Libc.PollEntry { Descriptor = _descriptor, Events = Libc.PollIn };
        _ = Libc.Poll(entries, (nuint)(descriptors.Length + 1), Timeout.Infinite);
    }

    /// <summary>Waits until the event is raised or the time is over.</summary>
    public void Await(int milliseconds)
    {
        var entry = new Libc.PollEntry { Descriptor = _descriptor, Events = Libc.PollIn };
        _ = Libc.Poll(&entry, 1, milliseconds);
    }

    public void Dispose() => _ = Libc.Close(_descriptor);
}
