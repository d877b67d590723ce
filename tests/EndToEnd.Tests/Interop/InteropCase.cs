using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace EndToEnd.Tests.Interop;

/// <summary>One cell of the matrix: how packets are protected and between which addresses.</summary>
internal sealed record InteropCase(CipherSuite Suite, SaProtocol Protocol, SaMode Mode, Families Families, bool IsEncapsulated = false, bool IsExtended = false)
{
    // The low half of the second number is 0: the high half grows within each case.
    private const ulong LastBeforeOverflow = 0x2_FFFF_FFFE;
    private const byte HopLimit = 64;

    /// <summary>Whether the outer addresses are IPv6.</summary>
    public bool IsOuterV6 => Families is Families.V6 or Families.V4InV6;

    private bool IsInnerV6 => Families is Families.V6 or Families.V6InV4;

    /// <summary>This side's security endpoint.</summary>
    public string Own => IsOuterV6 ? ScapyLab.OwnV6 : ScapyLab.OwnV4;

    /// <summary>The peer's security endpoint.</summary>
    public string Peer => IsOuterV6 ? ScapyLab.PeerV6 : ScapyLab.PeerV4;

    // In tunnel mode hosts behind the gateways talk, in transport mode the endpoints themselves.
    private string OwnHost => Mode == SaMode.Transport ? Own : IsInnerV6 ? "2001:db8:1::5" : "192.0.2.5";

    private string PeerHost => Mode == SaMode.Transport ? Peer : IsInnerV6 ? "2001:db8:2::7" : "198.51.100.7";

    /// <summary>The numbers of the first <paramref name="count"/> packets.</summary>
    public IReadOnlyList<ulong> Numbers(int count) => [.. Enumerable.Range(1, count).Select(i => InitialSequence + (ulong)i)];

    private ulong InitialSequence => IsExtended ? LastBeforeOverflow : 0;

    /// <summary>The SA this side installs for one direction.</summary>
    public SaModel Model(uint spi, bool isOutbound)
    {
        var (source, destination) = isOutbound ? (Own, Peer) : (Peer, Own);
        return TestSa.Model(spi, source, destination, isOutbound, Mode, Suite, Protocol) with
        {
            ExtendedSequenceNumbers = IsExtended,
            InitialSequence = InitialSequence,
            Encapsulation = IsEncapsulated ? new UdpEncapsulation() : null,
        };
    }

    /// <summary>What this side's host sends.</summary>
    public byte[] FromHost(int payload) => Clear(OwnHost, PeerHost, payload, HopLimit);

    /// <summary>The same as the peer must find it.</summary>
    public byte[] FromHostSealed(int payload) => Clear(OwnHost, PeerHost, payload, HopLimitBehindGateway);

    /// <summary>What the peer seals.</summary>
    public byte[] FromPeer(int payload) => Clear(PeerHost, OwnHost, payload, HopLimit);

    /// <summary>The same as this side's host must be given it.</summary>
    public byte[] FromPeerOpened(int payload) => Clear(PeerHost, OwnHost, payload, HopLimitBehindGateway);

    // A gateway takes one hop off what it forwards, at either end of the tunnel (RFC 4301 §5.1.2.1 note 2).
    private byte HopLimitBehindGateway => Mode == SaMode.Tunnel ? (byte)(HopLimit - 1) : HopLimit;

    // UDP and TCP take turns.
    private static byte[] Clear(string source, string destination, int payload, byte hopLimit) =>
        (payload % 4 == 0 ? PacketBuilder.Udp(source, destination, 40001, 40002) : PacketBuilder.Tcp(source, destination, 40001, 40002))
        .Payload(payload).HopLimit(hopLimit).Tos(0x28).Build();
}
