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
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Followups;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Replaces the IKE SA (RFC 7296 §1.3.2, §2.18), after further key exchanges where they were agreed; its children go on under the new one.</summary>
internal sealed class RekeyIke(ushort? method = null) : IkeExchange
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private IKeyExchange? _exchange;
    private SaPayload? _sent;
    private Octets _nonce;
    private ulong _spi;
    private IkeSuite? _suite;
    private NoncePair? _nonces;
    private IkeSpis _spis;
    private SecretBytes? _shared;
    private Octets? _token;
    private FollowupSeries? _series;

    /// <summary>Whether CREATE_CHILD_SA is over and further key exchanges are run.</summary>
    public bool IsInSeries => _series is not null;

    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.CreateChildSa;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Rekey;

    private Octets Lowest => ChildMaker.Lower(_nonces!.Initiator.Span, _nonces.Responder.Span);

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        if (session.Series.IkeSa is not null)
        {
            // The peer is about to replace it.
            return null;
        }

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

        IReadOnlyList<ushort> further = [];
        if (_series is null && !TryAgree(response, out further))
        {
            return Refuse(session, sa, "the peer's answer is not one that was offered", turn);
        }

        if (_series is null && further.Count > 0 && Loses(session))
        {
            // RFC 9370 §2.2.4: the series with the lowest nonce is not gone on with; nothing of it is to be deleted.
            return Adopt(session, sa, turn);
        }

        _series ??= new(further);
        if (!_series.TryAdvance(response, turn, out var next))
        {
            return Refuse(session, sa, "the peer's further key exchange is missing or not sound", turn);
        }

        Continuation = next;
        if (next is not null)
        {
            return sa.State;
        }

        session.LostSeries = 0;
        var successor = SuccessorSa.Make(session, sa, isInitiator: true, _spis, _suite!, _nonces!, _shared!, _series.Secrets, turn);
        CrashTokens.Keep(session, successor, _token);
        return Settle(session, sa, successor, turn);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _exchange?.Dispose();
        _shared?.Dispose();
        _series?.Dispose();
    }

    // RFC 7296 §2.8.1: the one with the lowest nonce is closed by who asked for it; who made the other deletes the former one.
    private IkeState Settle(PeerSession session, IkeSaV2 sa, IkeSaV2 successor, in IkeTurn turn)
    {
        if (Loses(session))
        {
            successor.Enter(Closing.Begin(successor, turn), turn);
            session.Host.Timers.Schedule(successor);
            return Adopt(session, sa, turn);
        }

        (session.PeerRekey?.Sa.State as Established)?.Retire(turn);
        session.Succeed(sa, successor, turn);
        session.Enqueue(new TellCrashToken());
        return Closing.Begin(sa, turn);
    }

    private bool Loses(PeerSession session) =>
        (session.PeerRekey?.LowestNonce ?? session.Series.IkeSa?.LowestNonce) is { } theirs && Lowest.Span.SequenceCompareTo(theirs.Span) < 0;

    // What the peer made succeeds, now or when its series is run; if it closed that since, it meant the end of everything.
    private static IkeState Adopt(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        if (session.PeerRekey is not { } theirs)
        {
            return sa.State;
        }

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

    private bool TryAgree(IkeMessage response, out IReadOnlyList<ushort> further)
    {
        further = [];
        if (response.Find<SaPayload>() is not { } chosen || response.Find<KeyExchangePayload>() is not { } value
            || !ProposalMatcher.TryAccept(_sent!, chosen, new MatchRules(ProtocolIds.IkeSpiLength), out var agreement, out _)
            || !SuiteChoice.TryMap(agreement, out _suite)
            || value.Method != agreement.KeyExchange || value.Method != (ushort)_exchange!.Method.Id
            || _exchange.Agree(value.Value.Span, out _shared) != KeyExchangeFault.None || _shared is null)
        {
            return false;
        }

        _nonces = new NoncePair(_nonce.Span, response.Find<NoncePayload>()!.Nonce.Span);
        _spis = new IkeSpis(_spi, SuccessorSa.Read(agreement.PeerSpi));
        _token = response.FindNotify(NotifyType.QuickCrashDetection)?.Data;
        further = agreement.AdditionalKeyExchanges;
        return true;
    }

    // The peer may hold an IKE SA this end has no keys of; only the end of the one both have is sure.
    private IkeState Refuse(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        Report(session, sa, reason, turn);
        session.Close(sa, "the peer answered its rekey with what was not offered", isLost: true, turn);
        return sa.State;
    }

    private IkeState OnError(PeerSession session, IkeSaV2 sa, NotifyPayload error, in IkeTurn turn)
    {
        if (session.PeerRekey is not null)
        {
            // The peer's own succeeded, so that nothing is left to ask for.
            return Adopt(session, sa, turn);
        }

        switch (error.Notify)
        {
            case NotifyType.InvalidKePayload when _series is null && method is null && error.Word is { } wanted && SuiteChoice.Offers(RekeyOffers.Of(session.Connection), wanted):
                session.Enqueue(new RekeyIke(wanted));
                break;
            case NotifyType.TemporaryFailure:
                session.Enqueue(new RekeyIke(method) { NotBefore = Later(turn) });
                break;
            case NotifyType.StateNotFound when session.MayTrySeriesAgain(sa, turn):
                session.Enqueue(new RekeyIke(method) { NotBefore = Later(turn) });
                break;
            case NotifyType.StateNotFound:
                break;
            case NotifyType.NoProposalChosen when session.IsInitiator && RekeyOffers.Insist(session.Connection):
                // A peer that runs further key exchanges in IKE_INTERMEDIATE only.
                Reauthentication.Begin(session, sa, turn);
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
