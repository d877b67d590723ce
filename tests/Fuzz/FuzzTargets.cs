using IpsecDp.Fuzz.Targets;
using IpsecDp.Fuzz.Targets.Ike;
using IpsecDp.Ike.Messages.Payloads;

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
        new IkeHeaderTarget(),
        new IkePayloadTarget(PayloadType.SecurityAssociation),
        new IkePayloadTarget(PayloadType.KeyExchange),
        new IkePayloadTarget(PayloadType.InitiatorId),
        new IkePayloadTarget(PayloadType.Certificate),
        new IkePayloadTarget(PayloadType.CertificateRequest),
        new IkePayloadTarget(PayloadType.Authentication),
        new IkePayloadTarget(PayloadType.Nonce),
        new IkePayloadTarget(PayloadType.Notify),
        new IkePayloadTarget(PayloadType.Delete),
        new IkePayloadTarget(PayloadType.VendorId),
        new IkePayloadTarget(PayloadType.InitiatorSelectors),
        new IkePayloadTarget(PayloadType.Configuration),
        new IkePayloadTarget(PayloadType.EncryptedFragment),
        new IkeMessageTarget(),
        new IkeSealedTarget(),
        new IkeFragmentsTarget(),
        new IkeNegotiationTarget(),
    ];

    /// <summary>The target of a name.</summary>
    public static IFuzzTarget Find(string name) => All.Single(target => target.Name == name);
}
