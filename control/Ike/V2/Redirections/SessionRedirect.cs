using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Wire.Ip;

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

        string reason;
        if (!MayMove(session) || session.Host.Lookups.Has(session))
        {
            RedirectRules.Refuse(session, "only the end that began a session is sent on, once", turn);
        }
        else if (to.Name is { } name)
        {
            if (!RedirectRules.TryLookUp(new Named(session, sa.Path, name), to, turn, out reason))
            {
                RedirectRules.Refuse(session, reason, turn);
            }
        }
        else if (!RedirectRules.TryFollow(session, sa.Path, to, turn, out var gateway, out reason))
        {
            RedirectRules.Refuse(session, reason, turn);
        }
        else
        {
            Move(session, sa, gateway, turn);
        }
    }

    private static bool MayMove(PeerSession session) => session is { IsInitiator: true, IsEnded: false, IsLeaving: false, IsBeingReplaced: false };

    private static void Move(PeerSession session, IkeSaV2 sa, IpAddress gateway, in IkeTurn turn)
    {
        RedirectRules.Tell(session, sa.Path, gateway, turn);
        Reauthentication.Begin(session, sa.Path with { Remote = gateway }, redirectedFrom: sa.Path.Remote, turn);
    }

    private sealed class Named(PeerSession session, IkePath path, string name) : AwaitedName(session, path, name)
    {
        public override bool IsWanted => MayMove(Session) && Session.Current is not null;

        public override void Follow(IpAddress gateway, in IkeTurn turn) => Move(Session, Session.Current!, gateway, turn);
    }
}
