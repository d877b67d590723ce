using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.V2.Exchanges;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>A peer that proved itself sends a session that stands on to another gateway (RFC 5685 §5): the one there is made before this one is ended.</summary>
internal static class SessionRedirect
{
    /// <summary>Follows it, or says why not; only the end that began the session is sent on.</summary>
    public static void Follow(PeerSession session, IkeSaV2 sa, Redirection? to, in IkeTurn turn)
    {
        if (to is null)
        {
            return;
        }

        if (!session.IsInitiator || session.IsEnded || session.IsBeingReplaced)
        {
            RedirectRules.Refuse(session, "only the end that began a session is sent on, once", turn);
        }
        else if (!RedirectRules.TryFollow(session, sa.Path, to, turn, out var gateway, out var reason))
        {
            RedirectRules.Refuse(session, reason, turn);
        }
        else
        {
            RedirectRules.Tell(session, sa.Path, gateway, turn);
            Reauthentication.Begin(session, sa.Path with { Remote = gateway }, redirectedFrom: sa.Path.Remote, turn);
        }
    }
}
