namespace IpsecDp.Ipsec.Accounting;

/// <summary>What one SA carried and refused; written by one thread at a time, read by any.</summary>
public sealed class SaCounters
{
    private long _packets;
    private long _bytes;
    private long _replayed;
    private long _integrityFailures;
    private long _otherRefusals;

    /// <summary>Packets sealed, or opened and accepted.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Their octets in clear.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Packets refused as replayed.</summary>
    public long Replayed => Volatile.Read(ref _replayed);

    /// <summary>Packets refused for their ICV.</summary>
    public long IntegrityFailures => Volatile.Read(ref _integrityFailures);

    /// <summary>Packets refused for any other reason after the SA was found.</summary>
    public long OtherRefusals => Volatile.Read(ref _otherRefusals);

    internal void Charge(int packets, long bytes)
    {
        Volatile.Write(ref _packets, _packets + packets);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    internal void Refuse(DropReason reason, int packets = 1)
    {
        // Refusals at admission and at delivery may meet on two threads; they are rare enough for an interlocked add.
        switch (reason)
        {
            case DropReason.Replayed: Interlocked.Add(ref _replayed, packets); break;
            case DropReason.IntegrityFailed: Interlocked.Add(ref _integrityFailures, packets); break;
            default: Interlocked.Add(ref _otherRefusals, packets); break;
        }
    }
}
