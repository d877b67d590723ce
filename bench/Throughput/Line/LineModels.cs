using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.Throughput.Traffic;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Throughput.Line;

/// <summary>Policy and SAs of a line: a tunnel and a rule for each destination, AES-128-GCM.</summary>
internal static class LineModels
{
    private const string Peer = "192.0.2.2";
    private const uint FirstSpi = 0x1001;

    // Two threads that admit packets of one SA are apart by what one sends while the other has lost its processor.
    private const int WindowOfSeveral = 65_536;

    /// <summary>Gives a plane the SAs that seal.</summary>
    public static void InstallOutbound(LineCase line, DataPlane plane)
    {
        for (var sa = 0; sa < line.Associations; sa++)
        {
            plane.ReplaceOutbound(TunnelOf(sa), [Model(line, sa, isOutbound: true)]);
        }

        plane.Publish(Policy(line, sa => new(AddressRange.AnyV4, RangeOf(sa), null, PortRange.Any, PortRange.Any)));
    }

    /// <summary>Gives a plane the SAs that open.</summary>
    public static void InstallInbound(LineCase line, DataPlane plane)
    {
        for (var sa = 0; sa < line.Associations; sa++)
        {
            plane.InstallInbound(TunnelOf(sa), [Model(line, sa, isOutbound: false)]);
        }

        plane.Publish(Policy(line, sa => new(RangeOf(sa), AddressRange.AnyV4, null, PortRange.Any, PortRange.Any)));
    }

    /// <summary>One SA of a line.</summary>
    public static SaModel Model(LineCase line, int sa, bool isOutbound)
    {
        var peer = line.Mode == SaMode.Tunnel ? Peer : NumberedPacket.DestinationOf(sa);
        var model = TestSa.Model(FirstSpi + (uint)sa, NumberedPacket.Source, peer, isOutbound, line.Mode) with { Tunnel = TunnelOf(sa) };
        return line.Threads > 1 ? model with { ReplayWindow = WindowOfSeveral } : model;
    }

    private static string TunnelOf(int sa) => $"sa-{sa}";

    private static AddressRange RangeOf(int sa) => AddressRange.Of(TestSa.Address(NumberedPacket.DestinationOf(sa)));

    private static SpdModel Policy(LineCase line, Func<int, TrafficSelector> selectorOf) => new(
        [.. Enumerable.Range(0, line.Associations).Select(sa => new SpdRule
        {
            Name = TunnelOf(sa),
            Selectors = [selectorOf(sa)],
            Action = PolicyAction.Protect,
            Tunnel = TunnelOf(sa),
        })]);
}
