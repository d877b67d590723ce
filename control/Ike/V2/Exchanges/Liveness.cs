using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Whether the peer lives: a request with nothing inside (RFC 7296 §2.4). No answer is the end of the IKE SA, as for any request.</summary>
internal sealed class Liveness : IkeExchange
{
    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.Informational;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Other;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn) =>
        LooksForMappings(session) ? [.. NatDetection.Payloads(sa.Spis, sa.Path, isPretended: false)] : [];

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        // RFC 4555 §3.8: the peer sees this end elsewhere than before, and follows what it is told only.
        if (LooksForMappings(session) && response.FindNotify(NotifyType.NatDetectionDestinationIp)?.Data is { } seen && !seen.Span.SequenceEqual(sa.SeenAs))
        {
            sa.SeenAs = seen.Span.ToArray();
            session.Enqueue(new MoveAddresses(sa.Path));
        }

        return sa.State;
    }

    private static bool LooksForMappings(PeerSession session) => session is { HasMobike: true, IsInitiator: true, Nat.IsLocal: true };
}
