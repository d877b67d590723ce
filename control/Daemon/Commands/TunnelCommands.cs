using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Policy.Compile;

namespace IpsecDp.Daemon.Commands;

/// <summary>The commands about tunnels, answered by what the policy says, what IKE holds and what the data plane counted. Any thread may ask.</summary>
internal sealed class TunnelCommands(IDataPlane plane, Func<IReadOnlyList<DynamicTunnelModel>> tunnels, Func<IkeService?> ike, TimeProvider time)
{
    /// <summary>Does what is asked, or says why not.</summary>
    public CommandReply Answer(CommandRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Command == CommandKind.ListTunnels)
        {
            return List(request.Name);
        }

        if (tunnels().FirstOrDefault(tunnel => tunnel.Name == request.Name) is not { } tunnel || ike() is not { } service || service.ModelOf(tunnel) is not { } model)
        {
            return No($"the policy has no tunnel {request.Name} that IKE makes; there are: {string.Join(", ", tunnels().Select(t => t.Name))}");
        }

        return request.Command switch
        {
            CommandKind.StartTunnel => Start(service, tunnel, model),
            CommandKind.StopTunnel => ForEach(service, tunnel, "deleted", inbound => new IkeCommand.DeleteChild(inbound)),
            CommandKind.RekeyTunnel => ForEach(service, tunnel, "replaced", inbound => new IkeCommand.RekeyChild(inbound)),
            _ => No($"there is no command {request.Command}"),
        };
    }

    private static CommandReply Start(IkeService service, DynamicTunnelModel tunnel, ChildModel model)
    {
        if (model.Start == ChildStart.ByPeer)
        {
            return No($"tunnel {tunnel.Name} is started by its peer only, as the policy says");
        }

        if (tunnel.IsShared)
        {
            return No($"tunnel {tunnel.Name} is for any number of peers: a packet for one of them starts it");
        }

        return service.TrySubmit(new IkeCommand.Initiate(tunnel.Connection, tunnel.Name))
            ? new CommandReply(true, $"tunnel {tunnel.Name} is being started, where it is not up; \"ipsecdp tunnel list\" and the log tell what comes of it")
            : No("too many commands wait: try again");
    }

    private static CommandReply ForEach(IkeService service, DynamicTunnelModel tunnel, string what, Func<uint, IkeCommand> command)
    {
        var children = service.Children.Where(installed => installed.Child.Model.Name == tunnel.Name).ToArray();
        if (children.Length == 0)
        {
            return No($"tunnel {tunnel.Name} is not up");
        }

        return children.All(installed => service.TrySubmit(command(installed.Child.InboundSpi)))
            ? new CommandReply(true, $"{children.Length} pairs of SAs of tunnel {tunnel.Name} are being {what}")
            : No("too many commands wait: try again");
    }

    private CommandReply List(string? name)
    {
        var associations = plane.Snapshot().Associations.Where(sa => name is null || sa.Tunnel == name).ToLookup(sa => sa.Tunnel, StringComparer.Ordinal);
        var children = (ike()?.Children ?? []).ToLookup(installed => installed.Child.Model.Name, StringComparer.Ordinal);
        var negotiated = tunnels();
        List<TunnelState> states = [.. negotiated.Where(tunnel => name is null || tunnel.Name == name).Select(tunnel => Negotiated(tunnel, children[tunnel.Name], associations[tunnel.Name]))];
        states.AddRange(associations.Where(group => !negotiated.Any(tunnel => tunnel.Name == group.Key)).Select(Manual));
        return name is not null && states.Count == 0 ? No($"there is no tunnel {name}") : new CommandReply(true, null, [.. states.OrderBy(state => state.Name, StringComparer.Ordinal)]);
    }

    private TunnelState Negotiated(DynamicTunnelModel tunnel, IEnumerable<InstalledChild> children, IEnumerable<SaSnapshot> associations)
    {
        var inbound = associations.Where(sa => sa.IsInbound).ToDictionary(sa => sa.Spi);
        var outbound = associations.Where(sa => !sa.IsInbound).ToLookup(sa => (sa.Spi, sa.Remote));
        SaPairState[] pairs =
        [
            .. from installed in children
               let child = installed.Child
               let sealing = outbound[(child.OutboundSpi, $"{child.Path.Remote}")].FirstOrDefault()
               where inbound.ContainsKey(child.InboundSpi)
               orderby installed.InstalledAt
               select Pair(inbound[child.InboundSpi], sealing, child.OutboundSpi, LeftOf(installed), [.. child.Selectors.Select(selector => $"{selector}")]),
        ];
        var start = ike()?.ModelOf(tunnel)?.Start switch
        {
            ChildStart.Automatic => "automatic",
            ChildStart.OnDemand => "onDemand",
            ChildStart.ByCommand => "byCommand",
            _ => "byPeer",
        };
        return new TunnelState(tunnel.Name, "ike", start, Array.Exists(pairs, pair => pair.IsSealing), tunnel.Connection, pairs);
    }

    private static TunnelState Manual(IGrouping<string, SaSnapshot> associations)
    {
        // A layer's two directions have the endpoints and the protocol in common.
        SaPairState[] pairs =
        [
            .. from inbound in associations
               where inbound.IsInbound
               let outbound = associations.FirstOrDefault(sa => !sa.IsInbound && (sa.Protocol, sa.Local, sa.Remote) == (inbound.Protocol, inbound.Local, inbound.Remote))
               select Pair(inbound, outbound, outbound?.Spi, null, []),
        ];
        return new TunnelState(associations.Key, "manual", null, associations.Any(sa => !sa.IsInbound), null, pairs);
    }

    private static SaPairState Pair(SaSnapshot inbound, SaSnapshot? outbound, uint? outboundSpi, long? left, IReadOnlyList<string> traffic) => new(
        inbound.Local, inbound.Remote, inbound.Spi, outboundSpi, $"{inbound.Protocol.ToUpperInvariant()} {inbound.Suite}", inbound.Mode.ToLowerInvariant(), outbound is not null, left,
        inbound.Packets, inbound.Bytes, outbound?.Packets ?? 0, outbound?.Bytes ?? 0, inbound.Replayed + inbound.IntegrityFailures + inbound.OtherRefusals, traffic);

    private long? LeftOf(InstalledChild installed) => installed.Child.Model.Lifetime.Hard is var hard && hard > TimeSpan.Zero
        ? (long)Math.Max(0, (hard - time.GetElapsedTime(installed.InstalledAt)).TotalSeconds)
        : null;

    private static CommandReply No(string sentence) => new(false, sentence);
}
