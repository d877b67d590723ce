namespace IpsecDp.Adapters.Linux;

/// <summary>Ends a thread's wait for packets; once raised it stays raised.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly Doorbell _bell = new();
    private volatile bool _isRaised;

    /// <summary>Whether it was raised.</summary>
    public bool IsRaised => _isRaised;

    /// <summary>Ends every wait, those to come included.</summary>
    public void Raise()
    {
        _isRaised = true;
        _bell.Ring();
    }

    /// <summary>Waits until a descriptor is readable or the event is raised.</summary>
    public void AwaitReadable(ReadOnlySpan<int> descriptors) => AwaitReadable(descriptors, Timeout.Infinite);

    /// <summary>The same, or until the time is over.</summary>
    public void AwaitReadable(ReadOnlySpan<int> descriptors, int milliseconds) => _ = CountReadable(descriptors, milliseconds);

    /// <summary>Whether one of them is readable, or the event raised, at this moment.</summary>
    public bool IsReadable(ReadOnlySpan<int> descriptors) => CountReadable(descriptors, 0) > 0;

    /// <summary>Waits until the event is raised or the time is over.</summary>
    public void Await(int milliseconds)
    {
        var entry = new Libc.PollEntry { Descriptor = _bell.Descriptor, Events = Libc.PollIn };
        _ = Libc.Poll(&entry, 1, milliseconds);
    }

    public void Dispose() => _bell.Dispose();

    private int CountReadable(ReadOnlySpan<int> descriptors, int milliseconds)
    {
        var entries = stackalloc Libc.PollEntry[descriptors.Length + 1];
        for (var i = 0; i < descriptors.Length; i++)
        {
            entries[i] = new Libc.PollEntry { Descriptor = descriptors[i], Events = Libc.PollIn };
        }

        entries[descriptors.Length] = new Libc.PollEntry { Descriptor = _bell.Descriptor, Events = Libc.PollIn };
        return Libc.Poll(entries, (nuint)(descriptors.Length + 1), milliseconds);
    }
}
