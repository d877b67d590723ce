using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>A new authentication, made before the old one is broken (RFC 7296 §2.8.3): another session with the same children, after which this one is closed.</summary>
internal static class Reauthentication
{
    /// <summary>Begins it with the same peer, unless one is under way.</summary>
    public static void Begin(PeerSession session, IkeSaV2 sa, in IkeTurn turn) => Begin(session, sa.Path, redirectedFrom: null, turn);

    /// <summary>Begins it on a path, which another gateway may have sent this host to.</summary>
    public static void Begin(PeerSession session, in IkePath path, IpAddress? redirectedFrom, in IkeTurn turn)
    {
        if (session.IsBeingReplaced || session.IsLeaving)
        {
            return;
        }

        var successor = new PeerSession(session.Host, session.Connection, isInitiator: true) { Replaces = session, RedirectedFrom = redirectedFrom };
        foreach (var child in session.Children.DistinctBy(child => child.Model.Name))
        {
            successor.Want(child.Model, packet: null);
            successor.EndWith(child);
        }

        Initiation.Begin(successor, path with { LocalPort = IkePath.Port, RemotePort = IkePath.Port }, turn);
    }
}
