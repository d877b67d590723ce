using System.Globalization;
using System.Security.Cryptography;
using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>The policy file of one host: one manual tunnel with AES-128-GCM that protects everything between the inner addresses, or between the hosts themselves.</summary>
internal static class ProductPolicy
{
    private const int KeyAndSalt = 20;
    private const uint LeastSpi = 0x10000;
    private const int Window = 8192;

    // Marked packets overtake all that a socket's buffer holds.
    private const int WidestWindow = 65536;

    /// <summary>One direction's SPI and key with its salt, for this run only.</summary>
    internal readonly record struct DirectionKeys(uint Spi, string Key);

    /// <summary>Random keys for both directions.</summary>
    public static (DirectionKeys FromA, DirectionKeys FromB) FreshKeys() => (Fresh(LeastSpi), Fresh(LeastSpi + 1));

    /// <summary>Writes the file's text.</summary>
    public static string Write(Site own, Site peer, bool isInUdp, bool isInHostPath, bool isSorted, DirectionKeys outbound, DirectionKeys inbound) => string.Create(CultureInfo.InvariantCulture, $$"""
        IpFilterPolicy
        {
        IpFilterRuleRef Inside
        }
        IpFilterRule Inside
        {
        IpSourceAddr {{(isInHostPath ? own.Endpoint : own.Inner)}}
        IpDestAddr {{(isInHostPath ? peer.Endpoint : peer.Inner)}}
        IpGenericFilterActionRef Protect
        IpManVpnActionRef peers
        }
        IpGenericFilterAction Protect
        {
        IpFilterAction IpSec
        }
        IpManVpnAction peers
        {
        LocalSecurityEndpointAddr {{own.Endpoint}}
        RemoteSecurityEndpointAddr {{peer.Endpoint}}
        HowToEncap {{(isInHostPath ? "Transport" : "Tunnel")}}
        HowToEncrypt AES_GCM_16 KeyLength 128
        EspOutboundSpi 0x{{outbound.Spi:x8}}
        EspOutboundEncryptKey Hex {{outbound.Key}}
        EspInboundSpi 0x{{inbound.Spi:x8}}
        EspInboundEncryptKey Hex {{inbound.Key}}
        ExtendedSequenceNumbers Yes
        ReplayWindow {{(isSorted ? WidestWindow : Window)}}
        UdpEncapsulation {{(isInUdp ? "Yes" : "No")}}
        }

        """);

    private static DirectionKeys Fresh(uint spi) => new(spi, Convert.ToHexString(RandomNumberGenerator.GetBytes(KeyAndSalt)));
}
