using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.Mobility;
using IpsecDp.Ike.V2.States;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2;

/// <summary>Commands of control; one that names what is not there is noted and changes nothing.</summary>
internal sealed class CommandRunner(IkeHost host)
{
    /// <summary>Whether the model has children that start by themselves.</summary>
    public bool HasAutomatic => host.Model.Connections.Any(connection => connection.Children.Any(child => child.Start == ChildStart.Automatic));

    /// <summary>Does it.</summary>
    public void Run(IkeCommand command, in IkeTurn turn)
    {
        switch (command)
        {
            case IkeCommand.Initiate initiate:
                Start(initiate.Connection, initiate.Child, turn, initiate.Packet);
                break;
            case IkeCommand.RekeyChild rekey when host.Index.FindChild(rekey.InboundSpi) is { } session && session.Children.FindInbound(rekey.InboundSpi) is { } child:
                Enqueue(session, new RekeyChild(child), turn);
                break;
            case IkeCommand.DeleteChild delete when host.Index.FindChild(delete.InboundSpi) is { } session && session.Children.FindInbound(delete.InboundSpi) is { } child:
                Enqueue(session, new DeleteChild(child, "by command"), turn);
                break;
            case IkeCommand.RekeyIke rekey when Find(rekey.Spis) is { } session:
                Enqueue(session, new RekeyIke(), turn);
                break;
            case IkeCommand.Probe probe when Find(probe.Spis) is { } session:
                Enqueue(session, new Liveness(), turn);
                break;
            case IkeCommand.TellUnknownSpi stray:
                SpiNotice.Tell(host, stray.Path, stray.Spi, turn);
                break;
            case IkeCommand.MovePath move when Find(move.Spis) is { } session:
                Enqueue(session, new MoveAddresses(move.Path), turn);
                break;
            case IkeCommand.AddressGone gone:
                AddressLoss.Apply(host, gone.Address, turn);
                break;
            case IkeCommand.AddressBack back:
                AddressLoss.Undo(host, back.Address, turn);
                break;
            case IkeCommand.Close close when Find(close.Spis) is { } session:
                Close(session, "by command", turn);
                break;
            case IkeCommand.CloseAll all:
                foreach (var session in host.Index.Sessions.Where(session => all.Connection is null || session.Connection.Name == all.Connection))
                {
                    Close(session, "by command", turn);
                }

                break;
            case IkeCommand.NameResolved resolved:
                host.Lookups.Take(resolved.Ticket, resolved.Addresses, turn);
                break;
            case IkeCommand.Reload reload:
                new PolicyChange(host, this).Apply(reload.Model, turn);
                StartAutomatic(turn);
                break;
            default:
                turn.Outbox.Raise(new IkeEvent.Noted(string.Empty, $"{command.GetType().Name}: nothing here has this SPI"));
                break;
        }
    }

    /// <summary>Starts every automatic child.</summary>
    public void StartAutomatic(in IkeTurn turn)
    {
        foreach (var connection in host.Model.Connections)
        {
            foreach (var child in connection.Children.Where(child => child.Start == ChildStart.Automatic))
            {
                Start(connection.Name, child.Name, turn);
            }
        }
    }

    /// <summary>Starts a child: in the session that stands or begins, or in one of its own.</summary>
    public void Start(string connection, string child, in IkeTurn turn, FlowKey? packet = null)
    {
        if (host.Model.Connections.FirstOrDefault(model => model.Name == connection) is not { } found || found.Children.FirstOrDefault(model => model.Name == child) is not { } wanted)
        {
            turn.Outbox.Raise(new IkeEvent.Noted(connection, $"there is no child {child} to start"));
            return;
        }

        var meant = PeerOf(found, packet);
        if (host.Index.Of(connection).Where(other => !other.IsEnded && (found.Peers == PeerRule.One || other.Current?.Path.Remote == meant)).MinBy(other => other.IsLeaving) is { } session)
        {
            session.Want(session.Connection.Children.FirstOrDefault(model => model.Name == child) ?? wanted, packet);
            Advance(session, turn);
            return;
        }

        if (meant is not { } peer || Own(found, peer) is not { } own)
        {
            turn.Outbox.Raise(new IkeEvent.NegotiationFailed(connection, default, Messages.Header.ExchangeType.IkeSaInit, "the policy has no address of the peer or of this host to start from"));
            return;
        }

        session = new PeerSession(host, found.At(peer), isInitiator: true);
        session.Want(session.Connection.Children.First(model => model.Name == child), packet);
        Initiation.Begin(session, new(own, IkePath.Port, peer, IkePath.Port), turn);
    }

    private static IpAddress? PeerOf(ConnectionModel connection, FlowKey? packet) => connection.Peers != PeerRule.Destinations ? connection.Peer
        : packet is { } flow && connection.Remote.Any(range => range.Contains(flow.Destination)) ? flow.Destination
        : null;

    /// <summary>The address a start from here comes from; null where the policy does not say.</summary>
    public static IpAddress? Own(ConnectionModel connection, IpAddress peer) => connection.Own
        ?? connection.Local.Where(range => range.First == range.Last && range.First.Version == peer.Version).Select(range => (IpAddress?)range.First).FirstOrDefault();

    private PeerSession? Find(IkeSpis spis) =>
        (host.Index.Find(spis.Initiator) ?? host.Index.Find(spis.Responder)) is { Session: { IsEnded: false } session } sa && sa.Spis == spis ? session : null;

    /// <summary>Asks for an exchange, which begins as soon as none is under way.</summary>
    public void Enqueue(PeerSession session, IkeExchange exchange, in IkeTurn turn)
    {
        session.Enqueue(exchange);
        Advance(session, turn);
    }

    private void Advance(PeerSession session, in IkeTurn turn)
    {
        if (session.Current is { } sa)
        {
            host.Settle(sa, turn);
        }
    }

    /// <summary>Ends a session, and tells the peer where it proved itself.</summary>
    public static void Close(PeerSession session, string reason, in IkeTurn turn)
    {
        if (session.Current is not { } sa)
        {
            return;
        }

        if (session.IsEstablished)
        {
            session.Close(sa, reason, isLost: false, turn);
        }
        else
        {
            session.Drop(sa, reason, isLost: false, turn);
        }
    }
}
