using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Policy.Validation;

/// <summary>A tunnel's endpoints are two hosts of one IP version, and its options fit its mode and layers.</summary>
internal static class TunnelOptionValidator
{
    private const int LeastIpv6Mtu = 1280;

    /// <summary>Reports what endpoints and options get wrong.</summary>
    public static void Validate(IpManVpnAction tunnel, TunnelAlgorithms? algorithms, PolicyConfig config, Findings findings)
    {
        ValidateEndpoints(tunnel, config, findings);
        ValidateMode(tunnel, findings);
        if (tunnel is { ExtendedSequenceNumbers: { Value: true } extended, ReplayWindow.Value: 0 })
        {
            findings.Error(extended.Position, ConfigRule.Tunnel, "ExtendedSequenceNumbers needs a replay window: without it the high half of a number cannot be known (RFC 4303 §2.2.1)");
        }

        if (algorithms is not null && tunnel.UdpEncapsulation is { Value: not null } udp && (algorithms.Ah is not null || algorithms.Esp is null))
        {
            findings.Error(udp.Position, ConfigRule.Tunnel, "UdpEncapsulation carries ESP only: AH covers the addresses a NAT changes (RFC 3948)");
        }

        if (algorithms is { Esp: null } && tunnel.TfcPadding is { Value: > 0 } padding)
        {
            findings.Error(padding.Position, ConfigRule.Tunnel, "TfcPadding needs ESP: AH hides nothing");
        }
    }

    /// <summary>The address of an endpoint; null when it dangles or is wrong.</summary>
    public static IpAddress? Resolve(EndpointChoice? endpoint, PolicyConfig config) =>
        endpoint?.Address ?? (endpoint?.Name is { } name ? config.Addresses.Find(name)?.Address : null);

    private static void ValidateEndpoints(IpManVpnAction tunnel, PolicyConfig config, Findings findings)
    {
        foreach (var endpoint in new[] { tunnel.Local, tunnel.Remote })
        {
            if (endpoint is not null && Resolve(endpoint, config) is { } address && (address.IsUnspecified || address.IsMulticast))
            {
                findings.Error(endpoint.Position, ConfigRule.Tunnel, $"{address} is not the address of one host");
            }
        }

        if (Resolve(tunnel.Local, config) is not { } local || Resolve(tunnel.Remote, config) is not { } remote)
        {
            return;
        }

        if (local.Version != remote.Version)
        {
            findings.Error(tunnel.Remote!.Position, ConfigRule.AddressFamily, $"the endpoints differ in IP version: {local} and {remote}");
        }
        else if (local == remote)
        {
            findings.Error(tunnel.Remote!.Position, ConfigRule.Tunnel, "both endpoints are the same address");
        }

        if (remote.Version == IpVersion.V6 && tunnel.PathMtu is { Value: > 0 and < LeastIpv6Mtu } mtu)
        {
            findings.Error(mtu.Position, ConfigRule.Tunnel, $"an IPv6 path carries at least {LeastIpv6Mtu} octets (RFC 8200 §5)");
        }
    }

    private static void ValidateMode(IpManVpnAction tunnel, Findings findings)
    {
        if (tunnel.Encapsulation is not { Value: SaMode.Transport })
        {
            return;
        }

        if (tunnel.TfcPadding is { Value: > 0 } padding)
        {
            findings.Error(padding.Position, ConfigRule.Tunnel, "TfcPadding needs HowToEncap Tunnel: behind a transport header the receiver could not tell padding from payload");
        }

        var marks = new[] { tunnel.PassthroughDf?.Position, tunnel.PassthroughDscp?.Position, tunnel.EcnPassthrough?.Position };
        foreach (var mark in marks)
        {
            if (mark is { } position)
            {
                findings.Warn(position, ConfigRule.Ignored, "this has no effect in transport mode: there is one IP header");
            }
        }
    }
}
