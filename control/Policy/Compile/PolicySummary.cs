using System.Globalization;
using System.Text;
using IpsecDp.Crypto;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Tells an operator in text what a policy would do; no key appears in it.</summary>
public static class PolicySummary
{
    /// <summary>Rules in order, tunnels with their SAs, then warnings.</summary>
    public static string Write(PolicyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var text = new StringBuilder();
        Line(text, $"Rules, the first that fits decides ({model.Spd.Rules.Count}):");
        for (var i = 0; i < model.Spd.Rules.Count; i++)
        {
            WriteRule(text, i + 1, model.Spd.Rules[i]);
        }

        Line(text, $"  and what fits none is discarded{(model.Spd.LogsImplicitDiscard ? ", logged" : "")}");
        Line(text, $"Tunnels ({model.Tunnels.Count + model.DynamicTunnels.Count}):");
        foreach (var tunnel in model.Tunnels)
        {
            WriteTunnel(text, tunnel);
        }

        foreach (var tunnel in model.DynamicTunnels)
        {
            WriteDynamic(text, tunnel, model.Ike.Connections.First(c => c.Name == tunnel.Connection));
        }

        foreach (var name in model.InactiveTunnels)
        {
            Line(text, $"  {name}: not active");
        }

        if (!model.Warnings.IsEmpty)
        {
            Line(text, $"Warnings ({model.Warnings.Shown.Count + model.Warnings.More}):");
            Line(text, $"  {model.Warnings.ToString().ReplaceLineEndings("\n  ")}");
        }

        return text.ToString();
    }

    private static void WriteRule(StringBuilder text, int number, SpdRule rule)
    {
        var action = rule switch
        {
            { Action: PolicyAction.Protect } => $"protect in {rule.Tunnel}",
            { Action: PolicyAction.Bypass } => "permit in clear",
            { DiscardsWithIcmp: true } => "deny, the sender is told",
            _ => "deny",
        };
        var way = rule.Direction switch { RuleDirection.Both => "both ways", RuleDirection.Inbound => "inbound", _ => "outbound" };
        Line(text, $"  {number}. {rule.Name}: {action}, {way}{Logging(rule.Logging)}");
        foreach (var selector in rule.Selectors)
        {
            Line(text, $"     {Describe(selector)}");
        }
    }

    private static string Logging(RuleLogging logging) => logging switch
    {
        RuleLogging.None => "",
        RuleLogging.Permitted => ", logged where its SA is found",
        RuleLogging.Denied => ", logged where its SA is not found",
        _ => ", logged",
    };

    private static void WriteTunnel(StringBuilder text, TunnelModel tunnel)
    {
        var first = tunnel.Outbound[0];
        Line(text, $"  {tunnel.Name}: {first.Local} to {first.Remote}, {(first.Mode == SaMode.Tunnel ? "tunnel" : "transport")} mode{(tunnel.Outbound.Count > 1 ? ", ESP inside AH" : "")}");
        for (var layer = 0; layer < tunnel.Outbound.Count; layer++)
        {
            var (outbound, inbound) = (tunnel.Outbound[layer], tunnel.Inbound[layer]);
            Line(text, $"     {Describe(outbound)}, SPI out 0x{outbound.Spi:x8}, in 0x{inbound.Spi:x8}, replay window {(inbound.ReplayWindow == 0 ? "off" : inbound.ReplayWindow)}{(outbound.ExtendedSequenceNumbers ? ", 64-bit numbers" : "")}");
        }

        if (first.Encapsulation is { } udp)
        {
            Line(text, $"     in UDP {udp.LocalPort} to {udp.RemotePort}");
        }
    }

    private static void WriteDynamic(StringBuilder text, DynamicTunnelModel tunnel, ConnectionModel connection)
    {
        var child = connection.Children.First(c => c.Name == tunnel.Name);
        var start = child.Start switch
        {
            ChildStart.Automatic => "starts at once",
            ChildStart.OnDemand => "starts when a packet wants it",
            ChildStart.ByCommand => "starts by command",
            _ => "the peer starts it",
        };
        Line(text, $"  {tunnel.Name}: {tunnel.Local} to {(tunnel.Remote is { } peer ? $"{peer}" : "any number of peers")}, {(child.IsTransport ? "transport" : "tunnel")} mode, keys by IKEv2 under {tunnel.Connection}; {start}");
        Line(text, $"     IKE SA as {connection.LocalId}: {string.Join("; or ", connection.Offers.Select(Describe))}; for {connection.Lifetime.Rekey.TotalMinutes:0} minutes");
        Line(text, $"     offers {string.Join("; or ", child.Offers.Select(Describe))}; for {child.Lifetime.Rekey.TotalMinutes:0} minutes");
    }

    private static string Describe(Offer offer) => $"{(offer.Protocol == ProtocolId.Ike ? "" : offer.Protocol == ProtocolId.Ah ? "AH " : "ESP ")}{string.Join(' ', offer.Transforms.Select(AlgorithmNames.Of))}";

    private static string Describe(SaModel sa)
    {
        // AH's suite has no cipher, and GMAC's strength is its key's.
        var mac = sa.Suite.Integrity == IntegrityAlgorithm.AesGmac ? $"aes-{sa.Suite.KeyBits}-gmac" : SuiteNames.Of(sa.Suite.Integrity);
        return sa.Protocol == SaProtocol.Esp ? $"ESP {sa.Suite.Name}" : $"AH {mac}";
    }

    private static string Describe(TrafficSelector selector)
    {
        var isIcmp = selector.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;
        var sides = $"{Side(selector.Local)} <-> {Side(selector.Remote)}";
        var protocol = selector.Protocol switch
        {
            null => "any protocol",
            IpProtocol.Tcp => "tcp",
            IpProtocol.Udp => "udp",
            IpProtocol.Icmp => "icmp",
            IpProtocol.Icmpv6 => "icmpv6",
            { } number => string.Create(CultureInfo.InvariantCulture, $"protocol {number}"),
        };
        if (selector.LocalPorts.IsAny && selector.RemotePorts.IsAny)
        {
            return $"{sides} {protocol}";
        }

        return isIcmp ? $"{sides} {protocol} {IcmpText(selector.LocalPorts)}" : $"{sides} {protocol} port {selector.LocalPorts} <-> {selector.RemotePorts}";
    }

    private static string IcmpText(PortRange word) => word.First == word.Last ? $"type {word.First >> 8} code {word.First & 255}" : $"type {word.First >> 8}";

    private static string Side(AddressRange range) => range == AddressRange.AnyV4 ? "any IPv4" : range == AddressRange.AnyV6 ? "any IPv6" : range.ToString();

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
