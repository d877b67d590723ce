using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Host.Measure;

/// <summary>What a host had done by a moment of a trial: the CPU accounts, the pool's counts, packets that left, that arrived and that were lost, and the seconds it took to bring them.</summary>
internal sealed record HostMark(CpuSnapshot Cpu, EnginePoolSnapshot Pool, long Sent, long Seen, long Lost, double ReceiveSeconds);
