using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Followups;
using IpsecDp.Ike.V2.States;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>A new child in an IKE SA that stands (RFC 7296 §1.3.1), after further key exchanges where they were agreed.</summary>
internal sealed class CreateChild(ChildModel model, FlowKey? packet, ushort? method = null, int tries = 0) : IkeExchange
{
    private const int MostTries = 5;

    private ChildOffer? _offer;
    private FollowupSeries? _series;

    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.CreateChildSa;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Other;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        // Asked for twice by command or by two packets: one child serves both, if it carries both.
        if (session.Children.Serves(model.Name, packet))
        {
            return null;
        }

        if (ChildOffer.TryMake(session, model, packet, former: null, isInAuth: false, method, turn, out _offer))
        {
            return [.. _offer.ToPayloads()];
        }

        ChildFailures.Raise(session, sa, $"child {model.Name}: the policy has nothing to offer for this packet", turn);
        return null;
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        if (response.FindError() is { } error)
        {
            return OnError(session, sa, error, turn);
        }

        if (_series is null && !_offer!.TryAccept(response, initNonces: null, out var failure))
        {
            return Refuse(session, sa, failure.ToString(), turn);
        }

        _series ??= new(_offer!.Further);
        if (!_series.TryAdvance(response, turn, out var next))
        {
            return Refuse(session, sa, "the peer's further key exchange is missing or not sound", turn);
        }

        Continuation = next;
        if (next is null)
        {
            Settle(session, _offer!.Make(sa, former: null, _series.Secrets, turn), turn);
        }

        return sa.State;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _offer?.Dispose();
        _series?.Dispose();
    }

    private static void Settle(PeerSession session, LiveChild child, in IkeTurn turn)
    {
        session.LostSeries = 0;
        if (session.IsStillborn(child))
        {
            return;
        }

        session.Install(child, turn);
        if (session.Children.FirstOrDefault(other => other != child && Handover.IsSameTraffic(other, child)) is not { } twin)
        {
            Handover.Begin(session, child, peerHasIt: true, turn);
        }
        else if (child.LowestNonce.Span.SequenceCompareTo(twin.LowestNonce.Span) < 0)
        {
            // The peer made it too while this end asked; both ends keep the one RFC 7296 §2.8.1 would keep of two successors.
            (child.IsOvertaken, child.RekeyAt) = (true, null);
            session.Enqueue(new DeleteChild(child, "made twice at once"));
        }
        else
        {
            Handover.Take(child, twin, turn);
        }
    }

    private IkeState Refuse(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        ChildFailures.Raise(session, sa, $"child {model.Name}: {reason}", turn);
        session.Enqueue(new DisownChild(_offer!.Protocol, _offer.InboundSpi));
        return sa.State;
    }

    private IkeState OnError(PeerSession session, IkeSaV2 sa, NotifyPayload error, in IkeTurn turn)
    {
        switch (error.Notify)
        {
            case NotifyType.InvalidKePayload when _series is null && tries < MostTries && error.Word is { } wanted && _offer!.Takes(wanted):
                session.Enqueue(new CreateChild(model, packet, wanted, tries + 1));
                break;
            case NotifyType.TemporaryFailure when tries < MostTries:
                session.Enqueue(new CreateChild(model, packet, method, tries + 1) { NotBefore = Later(turn) });
                break;
            case NotifyType.StateNotFound when session.MayTrySeriesAgain(sa, turn):
                session.Enqueue(new CreateChild(model, packet, method, tries) { NotBefore = Later(turn) });
                break;
            case NotifyType.StateNotFound:
                break;
            default:
                ChildFailures.Raise(session, sa, $"child {model.Name}: the peer answered {NotifyTypes.Name(error.Notify)}", turn);
                break;
        }

        return sa.State;
    }
}
