using IpsecDp.Throughput.Rounds;

namespace IpsecDp.Throughput.Seal;

/// <summary>Encapsulation of one inner length: nanoseconds a packet of all rounds.</summary>
internal sealed record EncapsulationRow(int Length, RoundTimes Time);
