namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>What becomes of other sessions with a peer that has proved itself again (RFC 7296 §2.4).</summary>
internal static class Uniqueness
{
    // A reauthentication from the same host is made before the old session is broken; it gets this long to break it itself.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    /// <summary>INITIAL_CONTACT ends older sessions unheard, since the peer has forgotten them; otherwise the policy's wish for one session does.</summary>
    public static void Apply(PeerSession session, IkeSaV2 sa, bool isFirstContact, in IkeTurn turn)
    {
        foreach (var other in sa.Host.Index.Of(session.Connection.Name))
        {
            if (other == session || other == session.Replaces || other.RemoteId is not { } id || !id.IsSameAs(session.RemoteId!) || other.Current is not { } former)
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

    private static void EndOne(PeerSession session, IkeSaV2 sa, PeerSession other, IkeSaV2 former, in IkeTurn turn)
    {
        if (session.IsInitiator != other.IsInitiator)
        {
            // Both ends began at once. Both see the same two numbers, so that both end the same one.
            var (loser, its) = session.FirstSpi < other.FirstSpi ? (session, sa) : (other, former);
            loser.EndBy(turn.Now + Overlap);
            sa.Host.Timers.Schedule(its);
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
