using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Redirections;

/// <summary>Whether this host follows a redirection (RFC 5685 §3, §7): to an address its policy allows, by a name its policy allows, and not too often.</summary>
internal static class RedirectRules
{
    private const int LongestShown = 64;
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>The gateway to go on to; false with the reason, for the log.</summary>
    public static bool TryFollow(PeerSession session, in IkePath path, Redirection to, in IkeTurn turn, out IpAddress gateway, out string reason)
    {
        gateway = to.Address ?? default;
        reason = FaultOf(session, path, gateway) ?? CircleOf(session, turn) ?? string.Empty;
        return reason.Length == 0;
    }

    /// <summary>Has a gateway's name looked up; false with the reason, for the log.</summary>
    public static bool TryLookUp(AwaitedName waits, Redirection to, in IkeTurn turn, out string reason)
    {
        var session = waits.Session;
        var shown = SafeText.Of(to.Identity.Span, LongestShown);
        reason = !IsHost(waits.Name) ? $"{shown} is no name of a host"
            : !session.Connection.RedirectNames.Any(pattern => pattern.Matches(IkeId.OfHost(waits.Name))) ? $"it names the gateway {shown}, which is not among the policy's RedirectName"
            : CircleOf(session, turn)
            ?? (session.Host.Lookups.TryBegin(waits, turn) ? string.Empty : $"too many names are being looked up to ask for {shown}");
        return reason.Length == 0;
    }

    /// <summary>Why an address is not gone on to; null where it is.</summary>
    public static string? FaultOf(PeerSession session, in IkePath path, IpAddress gateway) =>
        gateway.Version != path.Local.Version ? $"{gateway} is not of the address family of {path.Local}"
        : gateway == path.Remote ? "it names itself"
        : !session.Connection.Fits(path.Local, gateway) ? $"the policy has no {gateway} among the peer's addresses"
        : null;

    /// <summary>Says that it is not followed.</summary>
    public static void Refuse(PeerSession session, string reason, in IkeTurn turn) =>
        turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"the peer sends this host on to another gateway, which is not followed: {reason} (RFC 5685)"));

    /// <summary>Says that it is.</summary>
    public static void Tell(PeerSession session, in IkePath path, IpAddress gateway, in IkeTurn turn) =>
        turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"the peer {path.Remote} sends this host on to {gateway} (RFC 5685)"));

    private static string? CircleOf(PeerSession session, in IkeTurn turn)
    {
        var limits = session.Host.Model.Limits;
        return session.Host.Redirects.TryTake(session.Connection.Name, limits, turn.Now)
            ? null
            : $"more than {limits.Redirects} redirections in {limits.RedirectPeriod.TotalSeconds:0} s go in a circle";
    }

    // RFC 1123 §2.1: nothing else is given to a resolver.
    private static bool IsHost(string name) => name.Length <= LongestName
        && name.TrimEnd('.').Split('.').All(label => label.Length is > 0 and <= LongestLabel && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-');
}
