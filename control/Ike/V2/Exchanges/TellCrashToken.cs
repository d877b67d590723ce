using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Tells the peer this end's token for the IKE SA: after a rekey from here, or when the secret changed (RFC 6290 §4.3, §4.4).</summary>
internal sealed class TellCrashToken : IkeExchange
{
    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.Informational;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Other;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn) =>
        session.Host.Model.CrashSecret is null ? null : [.. CrashTokens.Of(session.Host, sa.Spis)];

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn) => sa.State;
}
