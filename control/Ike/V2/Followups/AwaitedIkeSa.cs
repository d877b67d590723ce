using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Followups;

/// <summary>A successor of an IKE SA a peer is granted once its further key exchanges are run; <paramref name="first"/> is SK(0) and is zeroed here.</summary>
internal sealed class AwaitedIkeSa(IkeSaV2 sa, IEnumerable<ushort> methods, IkeSuite suite, IkeSpis spis, NoncePair nonces, SecretBytes first)
    : AwaitedSeries(sa, methods, ChildMaker.Lower(nonces.Initiator.Span, nonces.Responder.Span))
{
    /// <inheritdoc/>
    public override IkeState Conclude(PeerSession session, Established state, IkeMessage request, KeyExchangePayload value, in IkeTurn turn)
    {
        var successor = SuccessorSa.Make(session, Sa, isInitiator: false, spis, suite, nonces, first, Secrets, turn);
        Sa.Respond(request.Header, [value], turn);
        RekeyIkeAnswer.Settle(session, Sa, state, successor, LowestNonce, turn);
        return Sa.State;
    }

    /// <inheritdoc/>
    public override void Expire(in IkeTurn turn)
    {
        if (Sa.Session is { IsEnded: false, Connection.Lifetime.Rekey.Ticks: > 0 } session && session.Current == Sa && !session.HasTask<RekeyIke>())
        {
            session.Enqueue(new RekeyIke());
        }
    }

    /// <inheritdoc/>
    protected override void Release() => first.Dispose();
}
