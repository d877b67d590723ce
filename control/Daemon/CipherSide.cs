using System.Net;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Compile;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon;

/// <summary>Where and how ESP and AH leave this host: what was asked for and what the policy's tunnels need, brought together.</summary>
/// <param name="Encapsulation">What ESP travels in.</param>
/// <param name="Local">The address bound to; unspecified where tunnels use several.</param>
/// <param name="Port">The UDP port; without meaning for plain ESP.</param>
public sealed record CipherSide(CipherEncapsulation Encapsulation, IPAddress Local, int Port)
{
    /// <summary>Decides; throws <see cref="DaemonException"/> where options and tunnels contradict each other or one socket cannot serve them all.</summary>
    public static CipherSide Choose(DaemonOptions options, PolicyModel policy)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(policy);
        var encapsulation = ChooseEncapsulation(options, policy.Tunnels);
        return new CipherSide(encapsulation, ChooseLocal(options, policy), encapsulation == CipherEncapsulation.Udp ? ChoosePort(options, policy) : 0);
    }

    private static CipherEncapsulation ChooseEncapsulation(DaemonOptions options, IReadOnlyList<TunnelModel> tunnels)
    {
        var chosen = options.Encapsulation ?? (tunnels.Count == 0 || IsInUdp(tunnels[0]) ? CipherEncapsulation.Udp : CipherEncapsulation.Esp);
        foreach (var tunnel in tunnels)
        {
            if (IsInUdp(tunnel) != (chosen == CipherEncapsulation.Udp))
            {
                throw new DaemonException(chosen == CipherEncapsulation.Udp
                    ? $"tunnel {tunnel.Name} has no UDP encapsulation, but ESP is to travel in UDP: set \"UdpEncapsulation Yes\" in the policy or take --encap esp"
                    : $"tunnel {tunnel.Name} has UDP encapsulation, but ESP is to travel in IP: take \"UdpEncapsulation\" out of the policy or take --encap udp");
            }
        }

        return chosen;
    }

    private static IPAddress ChooseLocal(DaemonOptions options, PolicyModel policy)
    {
        List<(string Name, IpAddress Local)> ends = [.. policy.Tunnels.Select(t => (t.Name, t.Outbound[^1].Local)), .. policy.DynamicTunnels.Select(t => (t.Name, t.Local))];
        var locals = ends.Select(end => end.Local).Concat(policy.Ike.Connections.SelectMany(connection => connection.OtherOwn)).Distinct().ToArray();
        if (locals.Select(local => local.Version).Distinct().Count() > 1)
        {
            throw new DaemonException("the tunnels have IPv4 and IPv6 endpoints: give each family a policy and a data plane of its own");
        }

        var local = options.Local ?? (locals.Length, locals.FirstOrDefault().Version) switch
        {
            (1, _) => locals[0].ToIPAddress(),
            (_, IpVersion.V6) => IPAddress.IPv6Any,
            _ => IPAddress.Any,
        };
        var bound = IpAddress.From(local);
        foreach (var (name, own) in ends)
        {
            if (bound.IsUnspecified ? own.Version != bound.Version : own != bound)
            {
                throw new DaemonException($"tunnel {name} uses {own}, but --local is {local}: make them the same or leave --local out");
            }
        }

        return local;
    }

    private static int ChoosePort(DaemonOptions options, PolicyModel policy)
    {
        var tunnels = policy.Tunnels;
        var chosen = options.Port ?? tunnels.Select(tunnel => (int)tunnel.Outbound[^1].Encapsulation!.Value.LocalPort).FirstOrDefault(UdpEncapsulation.Port);
        if (policy.DynamicTunnels.Count > 0 && chosen != UdpEncapsulation.Port)
        {
            throw new DaemonException($"tunnel {policy.DynamicTunnels[0].Name} is negotiated, so ESP in UDP uses port {UdpEncapsulation.Port}, not {chosen} (RFC 7296 §2.23): leave --port out");
        }

        return tunnels.FirstOrDefault(tunnel => tunnel.Outbound[^1].Encapsulation!.Value.LocalPort != chosen) is { } stranger
            ? throw new DaemonException($"tunnel {stranger.Name} uses UDP port {stranger.Outbound[^1].Encapsulation!.Value.LocalPort}, but {chosen} is to be opened: make them the same")
            : chosen;
    }

    private static bool IsInUdp(TunnelModel tunnel) => tunnel.Outbound[^1].Encapsulation is not null;
}
