using IpsecDp.Ike.V2.Exchanges;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>What becomes of other sessions with a peer that has proved itself again (RFC 7296 §2.4).</summary>
internal static class Uniqueness
{
    // A reauthentication from the same host is made before the old session is broken; it gets this long to break it itself.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    // Of two sessions begun at once the one that goes stays until both ends seal with the other.
    private static readonly TimeSpan Crossing = TimeSpan.FromSeconds(10);

    /// <summary>INITIAL_CONTACT ends older sessions unheard, since the peer has forgotten them; otherwise the policy's wish for one session does.</summary>
    public static void Apply(PeerSession session, IkeSaV2 sa, bool isFirstContact, in IkeTurn turn)
    {
        foreach (var other in sa.Host.Index.Peers.Others(session))
        {
            if (other == session.Replaces || other.Current is not { } former)
            {
                continue;
            }

            // The peer spoke of what it had when it began this IKE SA; what has come to stand since is no relic.
            if (isFirstContact && other.EstablishedAt < sa.Created)
            {
                other.Drop(former, "the peer began anew", isLost: false, turn);
            }
            else if (session.Connection.IsUnique)
            {
                EndOne(session, sa, other, former, turn);
            }
        }
    }

    // What this end wanted goes on in the session that stays; what stands there already is not asked for.
    private static void Inherit(PeerSession winner, PeerSession loser)
    {
        if (!loser.IsInitiator)
        {
            return;
        }

        foreach (var child in loser.Children)
        {
            winner.Enqueue(new CreateChild(child.Model, packet: null));
        }

        foreach (var (model, packet) in loser.Wanted)
        {
            winner.Enqueue(new CreateChild(model, packet));
        }

        loser.Wanted.Clear();
    }

    private static void EndOne(PeerSession session, IkeSaV2 sa, PeerSession other, IkeSaV2 former, in IkeTurn turn)
    {
        if (session.IsInitiator != other.IsInitiator)
        {
            // Both ends began at once. Both see the same two numbers, so that both end the same one.
            var (loser, winner) = session.FirstSpi < other.FirstSpi ? (session, other) : (other, session);
            loser.EndBy(turn.Now + Crossing);
            Inherit(winner, loser);
            sa.Host.Timers.Schedule(sa);
            sa.Host.Timers.Schedule(former);
        }
        else if (session.IsInitiator)
        {
            // The other end decides about what began from here.
            return;
        }
        else if (former.Path.Remote == sa.Path.Remote)
        {
            other.EndBy(turn.Now + Overlap);
            sa.Host.Timers.Schedule(former);
        }
        else
        {
            other.Close(former, "the peer has a later session", isLost: false, turn);
        }
    }
}
