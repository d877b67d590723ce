using IpsecDp.Workloads;

namespace Offload.Tests.Workloads.PcapReplay;

/// <summary>Packets to put into capture files: a mixed exchange's, per IP version.</summary>
internal static class CapturePackets
{
    internal static byte[][] Of(bool isV6, int count)
    {
        var packets = new List<byte[]>();
        var hosts = LinkedHosts.Of(TrafficHostTests.Model("mixed", isV6) with { PathMtu = TrafficModel.SmallestPathMtu });
        hosts.Watch = (_, packet, _) => packets.Add((byte[])packet.Clone());
        hosts.Run(count);
        return [.. packets.Take(count)];
    }
}
