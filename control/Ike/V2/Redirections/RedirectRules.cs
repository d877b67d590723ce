using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>Whether this host follows a redirection (RFC 5685 §3, §7): to an address its policy allows, and not too often.</summary>
internal static class RedirectRules
{
    private const int LongestName = 64;

    /// <summary>The gateway to go on to; false with the reason, for the log.</summary>
    public static bool TryFollow(PeerSession session, in IkePath path, Redirection to, in IkeTurn turn, out IpAddress gateway, out string reason)
    {
        gateway = to.Address ?? default;
        var limits = session.Host.Model.Limits;
        reason = to switch
        {
            { Name: not null } => $"it names the gateway {SafeText.Of(to.Identity.Span, LongestName)}, and names are not looked up here",
            _ when gateway.Version != path.Local.Version => $"{gateway} is not of the address family of {path.Local}",
            _ when gateway == path.Remote => "it names itself",
            _ when !session.Connection.Fits(path.Local, gateway) => $"the policy has no {gateway} among the peer's addresses",
            _ when !session.Host.Redirects.TryTake(session.Connection.Name, limits, turn.Now) => $"more than {limits.Redirects} redirections in {limits.RedirectPeriod.TotalSeconds:0} s go in a circle",
            _ => string.Empty,
        };
        return reason.Length == 0;
    }

    /// <summary>Says that it is not followed.</summary>
    public static void Refuse(PeerSession session, string reason, in IkeTurn turn) =>
        turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"the peer sends this host on to another gateway, which is not followed: {reason} (RFC 5685)"));

    /// <summary>Says that it is.</summary>
    public static void Tell(PeerSession session, in IkePath path, IpAddress gateway, in IkeTurn turn) =>
        turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"the peer {path.Remote} sends this host on to {gateway} (RFC 5685)"));
}
