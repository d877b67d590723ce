using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Followups;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>The responder's part of replacing an IKE SA (RFC 7296 §2.18, §2.25.2).</summary>
internal static class RekeyIkeAnswer
{
    /// <summary>Answers the request; the IKE SA it came in waits for its delete afterwards.</summary>
    public static IkeState Answer(PeerSession session, IkeSaV2 sa, Established state, IkeMessage request, in IkeTurn turn)
    {
        // RFC 7296 §2.25.2: not while a child is made, replaced or deleted from here, and not twice. RFC 9370 §2.2.4: nor while a series of ours is run.
        if (state.Running is not (null or Liveness or TellCrashToken or RekeyIke { IsInSeries: false }) || session.PeerRekey is not null)
        {
            return Refuse(sa, request, new(NotifyType.TemporaryFailure), turn);
        }

        session.Series.Drop(session.Series.IkeSa);
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

        Grant(session, sa, state, request, agreement, suite, new(asked.Method, new(exchange.PublicValue.Span)), secret!, turn);
        return sa.State;
    }

    /// <summary>The successor stands: it succeeds, unless one asked for from here may yet do so.</summary>
    public static void Settle(PeerSession session, IkeSaV2 sa, Established state, IkeSaV2 successor, Octets lowestNonce, in IkeTurn turn)
    {
        if (state.Running is RekeyIke)
        {
            session.PeerRekey = new(successor, lowestNonce);
        }
        else
        {
            session.Succeed(sa, successor, turn);
        }
    }

    // The secret is zeroed at the end, or by the series that waits for further key exchanges.
    private static void Grant(PeerSession session, IkeSaV2 sa, Established state, IkeMessage request, Agreement agreement, IkeSuite suite, KeyExchangePayload value, SecretBytes secret, in IkeTurn turn)
    {
        var nonce = Dice.Nonce(turn.Entropy);
        var nonces = new NoncePair(request.Find<NoncePayload>()!.Nonce.Span, nonce.Span);
        var spis = new IkeSpis(SuccessorSa.Read(agreement.PeerSpi), session.Host.NewIkeSpi(turn));
        List<IkePayload> payloads = [new SaPayload([agreement.ToAnswer(SuccessorSa.ToOctets(spis.Responder))]), new NoncePayload(nonce), value, .. CrashTokens.Of(session.Host, spis)];
        if (agreement.AdditionalKeyExchanges.Count > 0)
        {
            payloads.Add(session.Series.Await(new AwaitedIkeSa(sa, agreement.AdditionalKeyExchanges, suite, spis, nonces, secret), turn));
            sa.Respond(request.Header, [.. payloads], turn);
            return;
        }

        using (secret)
        {
            var successor = SuccessorSa.Make(session, sa, isInitiator: false, spis, suite, nonces, secret, [], turn);
            sa.Respond(request.Header, [.. payloads], turn);
            Settle(session, sa, state, successor, ChildMaker.Lower(nonces.Initiator.Span, nonces.Responder.Span), turn);
        }
    }

    private static IkeState Refuse(IkeSaV2 sa, IkeMessage request, NotifyPayload notify, in IkeTurn turn)
    {
        sa.Respond(request.Header, [notify], turn);
        return sa.State;
    }
}
