using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Host.Measure;

/// <summary>What a trial left behind: the port's counts, the CPU accounts at its beginning and after each part, what the pool did, what others had of the machine, and packets that had left when it ended.</summary>
internal sealed record HostSpan(OfferedTrial Trial, IReadOnlyList<CpuSnapshot> Marks, EnginePoolSnapshot Pool, double? OthersShare, long Sent)
{
    /// <summary>CPU time of all parts.</summary>
    public CpuSnapshot Cpu => Marks[^1].Since(Marks[0]);
}
