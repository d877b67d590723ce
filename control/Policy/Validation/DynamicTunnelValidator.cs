using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Config;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Validation;

/// <summary>A dynamic tunnel's endpoints, mode and traffic fit together, and what is to start here is somebody's traffic.</summary>
internal static class DynamicTunnelValidator
{
    // RFC 7296 §3.13: the number of selectors has one octet.
    private const int MostSelectors = 255;

    /// <summary>Reports what each tunnel gets wrong.</summary>
    public static void Validate(IReadOnlyList<DynamicTunnel> tunnels, PolicyConfig config, Findings findings)
    {
        foreach (var tunnel in tunnels)
        {
            if (tunnel.Remote is { } remote && tunnel.Local.Version != remote.Version)
            {
                findings.Error(tunnel.Action.Position, ConfigRule.AddressFamily, $"the endpoints of tunnel {tunnel.Name} differ in IP version: {tunnel.Local} and {remote}");
            }
            else if (tunnel.Local == tunnel.Remote)
            {
                findings.Error(tunnel.Action.Position, ConfigRule.Tunnel, $"both endpoints of tunnel {tunnel.Name} are {tunnel.Local}");
            }

            if (tunnel.Selectors.Count > MostSelectors)
            {
                findings.Error(tunnel.Action.Position, ConfigRule.TooLarge, $"the rules of tunnel {tunnel.Name} make {tunnel.Selectors.Count} selectors; IKE carries {MostSelectors}");
            }

            if (tunnel.Remote is null && tunnel.IsAutomatic)
            {
                findings.Error(tunnel.Action.Position, ConfigRule.KeyExchange, $"tunnel {tunnel.Name} is for any number of peers, so that none of them can be started at once: leave out AutoActivate Yes, or give its rules a RemoteSecurityEndpointAddr");
            }

            RequireEndpoints(tunnel, config, findings);
            RequireOneMode(tunnel.Action, config, findings);
        }
    }

    /// <summary>Transport or tunnel mode, as the action or its most wanted offer says.</summary>
    public static SaMode ModeOf(IpDynVpnAction action, PolicyConfig config) =>
        action.Encapsulation?.Value ?? action.MostWanted?.In(config.DataOffers)?.Encapsulation?.Value ?? SaMode.Tunnel;

    // RFC 4301 §4.1: a transport-mode SA lies between the two hosts whose addresses the packets carry.
    private static void RequireEndpoints(DynamicTunnel tunnel, PolicyConfig config, Findings findings)
    {
        if (ModeOf(tunnel.Action, config) == SaMode.Transport
            && tunnel.Selectors.Any(s => s.Local != AddressRange.Of(tunnel.Local) || (tunnel.Remote is { } remote && s.Remote != AddressRange.Of(remote))))
        {
            findings.Error(tunnel.Action.Position, ConfigRule.Tunnel, $"tunnel {tunnel.Name} is in transport mode, so its rules speak of {tunnel.Local} {(tunnel.Remote is { } peer ? $"and {peer} only" : "only on this side")}");
        }
    }

    private static void RequireOneMode(IpDynVpnAction action, PolicyConfig config, Findings findings)
    {
        var modes = action.Offers.Select(use => use.In(config.DataOffers)?.Encapsulation).OfType<Placed<SaMode>>().ToList();
        if (action.Encapsulation is null && modes.Find(mode => mode.Value != modes[0].Value) is { } other)
        {
            findings.Error(other.Position, ConfigRule.Tunnel, "the offers of one IpDynVpnAction have one HowToEncap");
        }
    }
}
