using System.Diagnostics.CodeAnalysis;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Replaces the IKE SA (RFC 7296 §1.3.2, §2.18); its children go on under the new one.</summary>
internal sealed class RekeyIke(ushort? method = null) : IkeExchange
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private IKeyExchange? _exchange;
    private SaPayload? _sent;
    private Octets _nonce;
    private ulong _spi;

    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.CreateChildSa;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Rekey;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        var offers = RekeyOffers.Of(session.Connection);
        var chosen = method ?? (ushort)sa.Protection!.Suite.KeyExchange.Id;
        chosen = SuiteChoice.Offers(offers, chosen) ? chosen : SuiteChoice.PreferredMethod(offers) ?? 0;
        if (!KeyExchangeMethod.TryFind(chosen, out var found))
        {
            turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, Type, "the IKE SA is not replaced: no offer has a usable key exchange"));
            return null;
        }

        _exchange = KeyExchanges.Begin(found!, KeyExchangeRole.Initiator, turn.Entropy);
        _spi = session.Host.NewIkeSpi(turn);
        _nonce = Dice.Nonce(turn.Entropy);
        _sent = SuiteChoice.Propose(offers, SuccessorSa.ToOctets(_spi), withoutKeyExchange: false);
        return [_sent, new NoncePayload(_nonce), new KeyExchangePayload(chosen, new(_exchange.PublicValue.Span))];
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        if (response.FindError() is { } error)
        {
            return OnError(session, sa, error, turn);
        }

        if (!TryAgree(response, out var agreement, out var suite, out var secret))
        {
            // The peer holds an IKE SA this end has no keys of; only the end of the one both have is sure.
            Report(session, sa, "the peer's answer is not one that was offered", turn);
            session.Close(sa, "the peer answered its rekey with what was not offered", isLost: true, turn);
            return sa.State;
        }

        using (secret)
        {
            var nonces = new NoncePair(_nonce.Span, response.Find<NoncePayload>()!.Nonce.Span);
            var spis = new IkeSpis(_spi, SuccessorSa.Read(agreement.PeerSpi));
            var successor = SuccessorSa.Make(session, sa, isInitiator: true, spis, suite, nonces, secret, turn);
            return Settle(session, sa, successor, ChildMaker.Lower(nonces.Initiator.Span, nonces.Responder.Span), turn);
        }
    }

    /// <inheritdoc/>
    protected override void Release() => _exchange?.Dispose();

    // RFC 7296 §2.8.1: the one with the lowest nonce is closed by who asked for it; who made the other deletes the former one.
    private static IkeState Settle(PeerSession session, IkeSaV2 sa, IkeSaV2 successor, Octets lowest, in IkeTurn turn)
    {
        if (session.PeerRekey is { } theirs && lowest.Span.SequenceCompareTo(theirs.LowestNonce.Span) < 0)
        {
            successor.Enter(Closing.Begin(successor, turn), turn);
            session.Host.Timers.Schedule(successor);
            return Adopt(session, sa, theirs, turn);
        }

        (session.PeerRekey?.Sa.State as Established)?.Retire(turn);
        session.Succeed(sa, successor, turn);
        return Closing.Begin(sa, turn);
    }

    // What the peer made succeeds; if it closed that since, it meant the end of everything.
    private static IkeState Adopt(PeerSession session, IkeSaV2 sa, PeerRekey theirs, in IkeTurn turn)
    {
        if (theirs.Stands)
        {
            session.Succeed(sa, theirs.Sa, turn);
        }
        else
        {
            session.Close(sa, "the peer closed it", isLost: true, turn);
        }

        return sa.State;
    }

    private bool TryAgree(IkeMessage response, [NotNullWhen(true)] out Agreement? agreement, [NotNullWhen(true)] out IkeSuite? suite, [NotNullWhen(true)] out SecretBytes? secret)
    {
        (agreement, suite, secret) = (null, null, null);
        return response.Find<SaPayload>() is { } chosen && response.Find<KeyExchangePayload>() is { } value
            && ProposalMatcher.TryAccept(_sent!, chosen, new MatchRules(ProtocolIds.IkeSpiLength), out agreement, out _)
            && agreement.AdditionalKeyExchanges.Count == 0 && SuiteChoice.TryMap(agreement, out suite)
            && value.Method == agreement.KeyExchange && value.Method == (ushort)_exchange!.Method.Id
            && _exchange.Agree(value.Value.Span, out secret) == KeyExchangeFault.None && secret is not null;
    }

    private IkeState OnError(PeerSession session, IkeSaV2 sa, NotifyPayload error, in IkeTurn turn)
    {
        if (session.PeerRekey is { } theirs)
        {
            // The peer's own succeeded, so that nothing is left to ask for.
            return Adopt(session, sa, theirs, turn);
        }

        switch (error.Notify)
        {
            case NotifyType.InvalidKePayload when method is null && error.Word is { } wanted && SuiteChoice.Offers(RekeyOffers.Of(session.Connection), wanted):
                session.Enqueue(new RekeyIke(wanted));
                break;
            case NotifyType.TemporaryFailure:
                session.Enqueue(new RekeyIke(method) { NotBefore = Later(turn) });
                break;
            default:
                Report(session, sa, $"the peer answered {NotifyTypes.Name(error.Notify)}", turn);
                session.Enqueue(new RekeyIke { NotBefore = turn.Now + Retry + Dice.UpTo(turn.Entropy, Retry) });
                break;
        }

        return sa.State;
    }

    private void Report(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn) =>
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, Type, $"the IKE SA was not replaced: {reason}"));
}
