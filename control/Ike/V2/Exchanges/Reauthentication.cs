using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>A new authentication, made before the old one is broken (RFC 7296 §2.8.3): another session with the same children, after which this one is closed.</summary>
internal static class Reauthentication
{
    /// <summary>Begins it, unless one is under way.</summary>
    public static void Begin(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        if (session.Host.Index.Of(session.Connection.Name).Any(other => other.Replaces == session))
        {
            return;
        }

        var successor = new PeerSession(session.Host, session.Connection, isInitiator: true) { Replaces = session };
        foreach (var model in session.Children.Select(child => child.Model).DistinctBy(model => model.Name))
        {
            successor.Want(model, packet: null);
        }

        Initiation.Begin(successor, sa.Path with { LocalPort = IkePath.Port, RemotePort = IkePath.Port }, turn);
    }
}
