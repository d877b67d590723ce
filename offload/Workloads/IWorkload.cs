using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Workloads;

/// <summary>One host's part of a workload: what it sends, and what it makes of what arrives.</summary>
/// <remarks>
/// One thread calls <see cref="TryWriteNext"/> and reads <see cref="NextDue"/> and <see cref="IsQuiet"/>; one thread, the same or another, calls <see cref="Receive"/>.
/// Times are Stopwatch ticks of one clock for both hosts. Neither call allocates, locks, waits or throws on what arrives.
/// </remarks>
public interface IWorkload
{
    /// <summary>Octets a buffer needs to hold any packet of this workload.</summary>
    int MaximumPacketLength { get; }

    /// <summary>After <see cref="TryWriteNext"/> gave 0: the time at which a packet falls due, <see cref="long.MaxValue"/> when only an arrival can make one due.</summary>
    long NextDue { get; }

    /// <summary>Whether nothing is under way that this host waits for or owes; meant for the time after <see cref="Drain"/>.</summary>
    bool IsQuiet { get; }

    /// <summary>What this host has sent and received, per class.</summary>
    HostLedger Ledger { get; }

    /// <summary>Writes the next whole IP packet and gives its length, 0 when nothing is due.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter than <see cref="MaximumPacketLength"/>.</exception>
    int TryWriteNext(Span<byte> packet, long now, out FlowTag tag);

    /// <summary>Examines a packet that arrived and books it; the packet is left as it is.</summary>
    /// <param name="packet">One IP packet, or a merged TCP superframe.</param>
    /// <param name="now">The time it arrived.</param>
    /// <param name="isChecksumMissing">Whether the transport checksum is known to hold only the pseudo-header's sum, so that it cannot be verified.</param>
    ArrivalVerdict Receive(Span<byte> packet, long now, bool isChecksumMissing = false);

    /// <summary>Ends the offering of fresh traffic; acknowledgments and answers still owed keep coming.</summary>
    void Drain();
}
