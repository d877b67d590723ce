using IpsecDp.Engines;
using IpsecDp.Throughput.Rounds;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Throughput.Line;

/// <summary>What one contender did in the rounds it shared with the others.</summary>
internal sealed record LineRow(LineCase Case, RoundTimes Time, RoundTimes OverCipher, RoundTimes OverFirst, LatencySummary Latency, double AllocatedPerPacket, CpuPerPacket Cpu, long OutOfOrder, EnginePoolSnapshot Engines, int Rounds)
{
    // A queue of the line that grows once, because a thread lost its processor inside it, is 672 octets in half a million packets.
    private const double ReadsZero = 0.005;

    /// <summary>Whether the line allocates nothing for a packet: what is left reads 0.00.</summary>
    public bool AllocatesNothing => AllocatedPerPacket < ReadsZero;

    /// <summary>Packets a second of the middle round.</summary>
    public double PacketsPerSecond => 1e9 / Time.Median;

    /// <summary>Share of the jobs that engines ran; NaN without engines.</summary>
    public double OffloadedShare => Engines.OnEngines.Jobs / (double)(Engines.OnEngines.Jobs + Engines.Spilled.Jobs);

    /// <summary>Jobs that general threads ran in spite of engines, for one cause.</summary>
    public long SpilledBy(SpillCause cause) => Engines.SpilledBy(cause).Jobs;
}
