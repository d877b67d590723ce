using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Followups;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Replaces a child (RFC 7296 §1.3.3, §2.8). The peer takes the new one from its last answer on, so that this end seals with it at once and then deletes the old one.</summary>
internal sealed class RekeyChild(LiveChild child, ushort? method = null) : IkeExchange
{
    private const int MostRefusals = 6;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    // The peer may be given its policy a little later than this end.
    private static readonly TimeSpan RetryOutdated = TimeSpan.FromSeconds(5);

    private ChildOffer? _offer;
    private FollowupSeries? _series;

    /// <summary>The child that is replaced.</summary>
    public LiveChild Child => child;

    /// <summary>Whether CREATE_CHILD_SA is over and further key exchanges are run.</summary>
    public bool IsInSeries => _series is not null;

    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.CreateChildSa;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Rekey;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        if (!child.IsSettled || !ChildOffer.TryMake(session, child.Model, packet: null, child.IsOutdated ? null : child.Selectors, isInAuth: false, method, turn, out _offer))
        {
            return null;
        }

        child.IsRekeying = true;
        return [Notice.RekeySa(child.Child.Protocol, child.Child.InboundSpi), .. _offer.ToPayloads()];
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        if (response.FindError() is { } error)
        {
            child.IsRekeying = false;
            return OnError(session, sa, error, turn);
        }

        if (_series is null && !_offer!.TryAccept(response, initNonces: null, out var failure))
        {
            return Refuse(session, sa, failure.ToString(), turn);
        }

        if (_series is null && LosesBeforeItIsMade(session))
        {
            return sa.State;
        }

        _series ??= new(_offer!.Further);
        if (!_series.TryAdvance(response, turn, out var next))
        {
            return Refuse(session, sa, "the peer's further key exchange is missing or not sound", turn);
        }

        Continuation = next;
        if (next is null)
        {
            child.IsRekeying = false;
            Settle(session, _offer!.Make(sa, child, _series.Secrets, turn), turn);
        }

        return sa.State;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        child.IsRekeying = false;
        _offer?.Dispose();
        _series?.Dispose();
    }

    // RFC 9370 §2.2.4: of two series the one whose CREATE_CHILD_SA has the lowest nonce is not gone on with; nothing of it is to be deleted.
    private bool LosesBeforeItIsMade(PeerSession session)
    {
        if (child.PeerNonce is not { } theirs || _offer!.Further.Count == 0 || _offer.LowestNonce.Span.SequenceCompareTo(theirs.Span) >= 0)
        {
            return false;
        }

        session.LostSeries = 0;
        return true;
    }

    // RFC 7296 §2.8.1: of two successors the one with the lowest of the four nonces goes, by the end that asked for it; who made the other deletes the old child.
    private void Settle(PeerSession session, LiveChild successor, in IkeTurn turn)
    {
        session.LostSeries = 0;
        if (session.IsStillborn(successor))
        {
            TryLater(session, turn);
            return;
        }

        session.Install(successor, turn);
        if (child.PeerNonce is { } theirs && successor.LowestNonce.Span.SequenceCompareTo(theirs.Span) < 0)
        {
            successor.RekeyAt = null;
            session.Enqueue(new DeleteChild(successor, "made twice at once"));
            return;
        }

        session.Series.Drop(child.PeerSeries);
        child.OwnSuccessor = successor;
        successor.MakeReady(turn);
        if (!child.IsGone)
        {
            session.Enqueue(new DeleteChild(child, "replaced"));
        }
    }

    private IkeState Refuse(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        child.IsRekeying = false;
        ChildFailures.Raise(session, sa, $"child {child.Model.Name}: {reason}", turn);
        session.Enqueue(new DisownChild(_offer!.Protocol, _offer.InboundSpi));
        TryLater(session, turn);
        return sa.State;
    }

    private IkeState OnError(PeerSession session, IkeSaV2 sa, NotifyPayload error, in IkeTurn turn)
    {
        switch (error.Notify)
        {
            case NotifyType.InvalidKePayload when _series is null && method is null && error.Word is { } wanted && _offer!.Takes(wanted):
                session.Enqueue(new RekeyChild(child, wanted));
                break;
            case NotifyType.TemporaryFailure:
                child.RekeyAt = Later(turn);
                break;
            case NotifyType.StateNotFound:
                child.RekeyAt = session.MayTrySeriesAgain(sa, turn) ? Later(turn) : null;
                break;
            case NotifyType.ChildSaNotFound when child.PeerNonce is null && !child.IsGone:
                // RFC 7296 §2.25.1: the peer has it no more; one is made anew.
                session.Remove(child, PeerSession.Grace, "the peer has it no more", turn);
                session.Enqueue(new CreateChild(child.Model, packet: null));
                break;
            case NotifyType.ChildSaNotFound:
                break;
            default:
                ChildFailures.Raise(session, sa, $"child {child.Model.Name} was not replaced: the peer answered {NotifyTypes.Name(error.Notify)}", turn);
                TryLater(session, turn);
                break;
        }

        return sa.State;
    }

    private void TryLater(PeerSession session, in IkeTurn turn)
    {
        if (!child.IsOutdated)
        {
            child.RekeyAt = turn.Now + Retry + Dice.UpTo(turn.Entropy, Retry);
        }
        else if (++child.Refusals < MostRefusals)
        {
            child.RekeyAt = turn.Now + RetryOutdated;
        }
        else
        {
            session.Abolish(child, turn);
        }
    }
}
