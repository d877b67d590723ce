using IpsecDp.Ike.Messages.Header;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>What follows when a child was not made.</summary>
internal static class ChildFailures
{
    /// <summary>Tells whoever reads events.</summary>
    public static void Raise(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn) =>
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, ExchangeType.CreateChildSa, reason));
}
