using IpsecDp.Fuzz.Targets;

namespace IpsecDp.Fuzz;

/// <summary>Every target.</summary>
public static class FuzzTargets
{
    /// <summary>In the order they run.</summary>
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new Ipv4Target(),
        new Ipv6Target(),
        new ExtensionWalkTarget(),
        new IpPacketTarget(),
        new UdpTarget(),
        new TcpTarget(),
        new SegmentSizeTarget(),
        new IcmpTarget(),
        new EspTarget(),
        new EspTrailerTarget(),
        new AhTarget(),
        new UdpEncapMarkerTarget(),
        new FlowKeyTarget(),
        new SplitterTarget(),
        new SegmentWriterTarget(),
        new SegmentRunTarget(),
        new CipherSuperframeTarget(),
        new FragmenterTarget(),
        new TooBigTarget(),
        new PrinterTarget(),
        new InboundLineTarget(),
        new SuperframeLineTarget(),
        new OutboundLineTarget(),
        new NetlinkTarget(),
        new PolicyTarget(),
    ];

    /// <summary>The target of a name.</summary>
    public static IFuzzTarget Find(string name) => All.Single(target => target.Name == name);
}
