namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>What becomes of older sessions with a peer that has proved itself again (RFC 7296 §2.4).</summary>
internal static class Uniqueness
{
    // A reauthentication from the same host is made before the old session is broken; it gets this long to break it itself.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    /// <summary>INITIAL_CONTACT ends older sessions unheard, since the peer has forgotten them; otherwise the policy's wish for one session does.</summary>
    public static void Apply(PeerSession session, IkeSaV2 sa, bool isFirstContact, in IkeTurn turn)
    {
        if (!isFirstContact && !session.Connection.IsUnique)
        {
            return;
        }

        foreach (var other in sa.Host.Index.Of(session.Connection.Name))
        {
            if (other == session || other.RemoteId is not { } id || !id.IsSameAs(session.RemoteId!) || other.Current is not { } former)
            {
                continue;
            }

            if (isFirstContact)
            {
                other.Drop(former, "the peer began anew", isLost: false, turn);
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
}
