namespace IpsecDp.Adapters.Linux;

/// <summary>An eventfd that tells a waiting thread to look at a queue of this process.</summary>
internal sealed unsafe class Doorbell : IDisposable
{
    /// <summary>A silent bell; throws <see cref="AdapterException"/> when the process has no descriptor left.</summary>
    public Doorbell()
    {
        Descriptor = Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking);
        if (Descriptor < 0)
        {
            throw new AdapterException($"no event descriptor for a port ({Errno.Text(Libc.LastError)}): raise the limit of open files.");
        }
    }

    /// <summary>Readable while it rings.</summary>
    public int Descriptor { get; }

    /// <summary>Rings until silenced.</summary>
    public void Ring()
    {
        ulong one = 1;
        // It can only fail when the counter is full, and then it rings.
        _ = Libc.Write(Descriptor, &one, sizeof(ulong));
    }

    /// <summary>Stops ringing; the caller looks at the queue afterwards.</summary>
    public void Silence()
    {
        ulong count;
        _ = Libc.Read(Descriptor, &count, sizeof(ulong));
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
