using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Deletes a child that the peer made and this end refused, by the SPI that was offered for it.</summary>
internal sealed class DisownChild(ProtocolId protocol, uint inboundSpi) : IkeExchange
{
    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.Informational;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Delete;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn) => [new DeletePayload(protocol, [inboundSpi])];

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn) => sa.State;
}
