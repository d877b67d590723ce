using IpsecDp.Fuzz;

namespace Dataplane.Tests.Wire;

/// <summary>One packet of each kind, as the fuzzer's seeds name them.</summary>
public static class PacketKinds
{
    /// <summary>Whole packets of either version.</summary>
    public static IReadOnlyList<byte[]> All { get; } = [.. SeedPackets.All().Where(seed => seed.Target == "printer").Select(seed => seed.Octets)];
}
