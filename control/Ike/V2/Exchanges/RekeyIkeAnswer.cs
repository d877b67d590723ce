using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>The responder's part of replacing an IKE SA (RFC 7296 §2.18, §2.25.2).</summary>
internal static class RekeyIkeAnswer
{
    /// <summary>Answers the request; the IKE SA it came in waits for its delete afterwards.</summary>
    public static IkeState Answer(PeerSession session, IkeSaV2 sa, Established state, IkeMessage request, in IkeTurn turn)
    {
        // RFC 7296 §2.25.2: not while a child is made, replaced or deleted from here, and not twice.
        if (state.Running is not (null or Liveness or RekeyIke) || session.PeerRekey is not null)
        {
            return Refuse(sa, request, new(NotifyType.TemporaryFailure), turn);
        }

        var asked = request.Find<KeyExchangePayload>()!;
        var rules = new MatchRules(ProtocolIds.IkeSpiLength, SentMethod: asked.Method);
        if (!ProposalMatcher.TryChoose(RekeyOffers.Of(session.Connection), request.Find<SaPayload>()!, rules, out var agreement, out _)
            || !SuiteChoice.TryMap(agreement, out var suite))
        {
            return Refuse(sa, request, new(NotifyType.NoProposalChosen), turn);
        }

        if (agreement.KeyExchange != asked.Method)
        {
            return Refuse(sa, request, Notice.InvalidKePayload(agreement.KeyExchange), turn);
        }

        using var exchange = KeyExchanges.Begin(suite.KeyExchange, KeyExchangeRole.Responder, turn.Entropy);
        if (exchange.Agree(asked.Value.Span, out var secret) != KeyExchangeFault.None)
        {
            return Refuse(sa, request, new(NotifyType.InvalidSyntax), turn);
        }

        using (secret)
        {
            var nonce = Dice.Nonce(turn.Entropy);
            var nonces = new NoncePair(request.Find<NoncePayload>()!.Nonce.Span, nonce.Span);
            var spis = new IkeSpis(SuccessorSa.Read(agreement.PeerSpi), session.Host.NewIkeSpi(turn));
            var successor = SuccessorSa.Make(session, sa, isInitiator: false, spis, suite, nonces, secret!, turn);
            sa.Respond(request.Header, [new SaPayload([agreement.ToAnswer(SuccessorSa.ToOctets(spis.Responder))]), new NoncePayload(nonce), new KeyExchangePayload(asked.Method, new(exchange.PublicValue.Span))], turn);
            Settle(session, sa, state, successor, nonces, turn);
        }

        return sa.State;
    }

    private static void Settle(PeerSession session, IkeSaV2 sa, Established state, IkeSaV2 successor, NoncePair nonces, in IkeTurn turn)
    {
        if (state.Running is RekeyIke)
        {
            session.PeerRekey = new(successor, ChildMaker.Lower(nonces.Initiator.Span, nonces.Responder.Span));
        }
        else
        {
            session.Succeed(sa, successor, turn);
        }
    }

    private static IkeState Refuse(IkeSaV2 sa, IkeMessage request, NotifyPayload notify, in IkeTurn turn)
    {
        sa.Respond(request.Header, [notify], turn);
        return sa.State;
    }
}
