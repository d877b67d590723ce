using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Host.Measure;

/// <summary>What a host had done by a moment of a trial: the pool's counts, packets that left, that arrived and that were lost, the seconds it took to bring them, and the CPU accounts.</summary>
internal sealed record HostMark(EnginePoolSnapshot Pool, long Sent, long Seen, long Lost, double ReceiveSeconds, CpuSnapshot Cpu);
