using IpsecDp.Crypto;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Ike;

/// <summary>A child and its tunnel as the data plane takes them.</summary>
internal static class SaModels
{
    // Numbers that remain for the packets under way while a successor is negotiated (RFC 4303 §3.3.3).
    private const ulong SoftSequence = 4_000_000_000;

    /// <summary>What the peer sends.</summary>
    public static SaModel Inbound(ChildSa child, DynamicTunnelModel tunnel) => Of(child, tunnel, child.InboundSpi, child.InboundKeys);

    /// <summary>What this host sends.</summary>
    public static SaModel Outbound(ChildSa child, DynamicTunnelModel tunnel) => Of(child, tunnel, child.OutboundSpi, child.OutboundKeys);

    /// <summary>ESP or AH.</summary>
    public static SaProtocol ProtocolOf(ChildSa child) => child.Protocol == ProtocolId.Ah ? SaProtocol.Ah : SaProtocol.Esp;

    private static SaModel Of(ChildSa child, DynamicTunnelModel tunnel, uint spi, ChildDirectionKeys keys) => new()
    {
        Tunnel = tunnel.Name,
        Spi = spi,
        Protocol = ProtocolOf(child),
        Mode = child.IsTransport ? SaMode.Transport : SaMode.Tunnel,
        Suite = child.Suite ?? new CipherSuite(EncryptionAlgorithm.Null, 0, child.Integrity),
        Keys = new SuiteKeys(keys.Encryption, keys.Integrity),
        Local = child.Path.Local,
        Remote = child.Path.Remote,
        Selectors = child.Selectors,
        Encapsulation = child.IsEncapsulated ? new UdpEncapsulation(child.Path.LocalPort, child.Path.RemotePort) : null,
        ExtendedSequenceNumbers = child.HasExtendedNumbers,
        ReplayWindow = tunnel.ReplayWindow,
        Lifetime = new SaLifetime
        {
            SoftPackets = child.HasExtendedNumbers ? ulong.MaxValue : SoftSequence,
            SoftBytes = child.Model.RekeyOctets > 0 ? (ulong)child.Model.RekeyOctets : ulong.MaxValue,
        },
        Marking = tunnel.Marking,
        TakesLaterFragments = child.TakesLaterFragments,
        PathMtu = tunnel.PathMtu,
    };
}
