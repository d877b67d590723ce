using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>A gateway that proved itself in IKE_AUTH sent this host on (RFC 5685 §6): the session that is begun elsewhere, at once or when the other gateway's name is an address.</summary>
internal sealed class AuthRedirect(PeerSession next, IkePath path, string name) : AwaitedName(next, path, name)
{
    /// <inheritdoc/>
    public override bool IsWanted => Session.Host.Model.Connections.Any(connection => connection.Name == Session.Connection.Name);

    /// <summary>Begins the session with another gateway than the one at the other end of a path.</summary>
    public static void Begin(PeerSession next, in IkePath path, IpAddress gateway, in IkeTurn turn)
    {
        RedirectRules.Tell(next, path, gateway, turn);
        Initiation.Begin(next, path with { LocalPort = IkePath.Port, Remote = gateway, RemotePort = IkePath.Port }, turn);
    }

    /// <inheritdoc/>
    public override void Follow(IpAddress gateway, in IkeTurn turn)
    {
        // Packets may have begun another session meanwhile.
        if (Session.Host.Index.Of(Session.Connection.Name).FirstOrDefault(other => !other.IsEnded && other != Session.Replaces && other.Connection.Peers == Models.PeerRule.One) is not { } other)
        {
            Begin(Session, Path, gateway, turn);
            return;
        }

        foreach (var (model, packet) in Session.Wanted)
        {
            other.Want(model, packet);
        }

        if (other.Current is { } sa)
        {
            Session.Host.Settle(sa, turn);
        }
    }

    /// <inheritdoc/>
    public override void Refuse(string reason, in IkeTurn turn)
    {
        base.Refuse(reason, turn);
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(Session.Connection.Name, Path, ExchangeType.IkeAuth, "the peer serves this host at another gateway only"));
        Session.Fail(turn);
    }
}
