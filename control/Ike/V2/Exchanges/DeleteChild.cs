using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Deletes a child (RFC 7296 §1.4.1); it comes in until the peer says that it sends no more.</summary>
internal sealed class DeleteChild(LiveChild child, string reason) : IkeExchange
{
    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.Informational;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Delete;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        if (child.IsGone)
        {
            return null;
        }

        child.IsDeleting = true;
        return [new DeletePayload(child.Child.Protocol, [child.Child.InboundSpi])];
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        session.Remove(child, PeerSession.Grace, reason, turn);
        return sa.State;
    }
}
