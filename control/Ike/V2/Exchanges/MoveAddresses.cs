using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Moves an IKE SA and its children to another path (RFC 4555 §3.5). COOKIE2 in it proves that who answers is on that path.</summary>
internal sealed class MoveAddresses(IkePath path) : IkeExchange
{
    private const int CookieLength = 16;

    private Octets _cookie;

    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.Informational;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Delete;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        if (!session.HasMobike || !session.IsInitiator)
        {
            turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, "the path cannot move: the peer does not speak MOBIKE, or it is the peer's to move (RFC 4555 §3.5)"));
            return null;
        }

        _cookie = Dice.Octets(turn.Entropy, CookieLength);
        if (path != sa.Path)
        {
            session.Move(sa, path, turn);
        }

        return [new NotifyPayload(NotifyType.UpdateSaAddresses), .. NatDetection.Payloads(sa.Spis, path, isPretended: false), new NotifyPayload(NotifyType.Cookie2, _cookie)];
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        if (response.FindError() is { } error)
        {
            turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, Type, $"the path did not move: the peer answered {NotifyTypes.Name(error.Notify)}"));
            return sa.State;
        }

        if (response.FindNotify(NotifyType.Cookie2)?.Data != _cookie)
        {
            // RFC 4555 §3.7: an answer without the cookie closes the IKE SA.
            session.Close(sa, "the peer did not return COOKIE2", isLost: true, turn);
            return sa.State;
        }

        sa.SeenAs = response.FindNotify(NotifyType.NatDetectionDestinationIp)?.Data.Span.ToArray();
        if (NatDetection.Read(response, sa.Spis, sa.Path) is { IsSpoken: true } nat && nat != session.Nat)
        {
            session.Nat = nat;
            session.Move(sa, sa.Path, turn);
        }

        return sa.State;
    }
}
