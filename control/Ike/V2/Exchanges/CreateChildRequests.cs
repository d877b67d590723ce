using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Followups;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Answers CREATE_CHILD_SA: a new child, a child's successor, or the IKE SA's.</summary>
internal static class CreateChildRequests
{
    /// <summary>Answers the request; the state returned follows.</summary>
    public static IkeState Answer(PeerSession session, IkeSaV2 sa, Established state, IkeMessage request, in IkeTurn turn)
    {
        if (session.IsEnded || session.Current != sa)
        {
            // RFC 7296 §2.25.2: in an IKE SA that is replaced or ending nothing begins.
            return Refuse(sa, request, new(NotifyType.TemporaryFailure), turn);
        }

        if (request.Find<SaPayload>()!.Proposals[0].Protocol == ProtocolId.Ike)
        {
            return RekeyIkeAnswer.Answer(session, sa, state, request, turn);
        }

        if (state.Running is RekeyIke)
        {
            return Refuse(sa, request, new(NotifyType.TemporaryFailure), turn);
        }

        return request.FindNotify(NotifyType.RekeySa) is { } rekey ? Rekey(session, sa, state, request, rekey, turn) : Grant(session, sa, request, session.Connection.Children, former: null, turn);
    }

    private static IkeState Rekey(PeerSession session, IkeSaV2 sa, Established state, IkeMessage request, NotifyPayload rekey, in IkeTurn turn)
    {
        var spi = rekey.ChildSpi ?? 0;
        if (session.Children.FindOutbound(rekey.Protocol, spi) is not { } child)
        {
            // It may be the child whose making this end has not heard of, because the answer is still on its way.
            return Refuse(sa, request, state.Running is CreateChild or RekeyChild ? new(NotifyType.TemporaryFailure) : Notice.ChildSaNotFound(rekey.Protocol, spi), turn);
        }

        // RFC 7296 §2.25.1: what is being deleted here, or has a successor, gets none. RFC 9370 §2.2.4: nor does what a series of ours replaces.
        if (child.IsDeleting || child.OwnSuccessor is not null || child.PeerSuccessor is { IsGone: false }
            || (state.Running is RekeyChild { IsInSeries: true } running && running.Child == child))
        {
            return Refuse(sa, request, new(NotifyType.TemporaryFailure), turn);
        }

        session.Series.Drop(child.PeerSeries);
        return Grant(session, sa, request, [child.Model], child, turn);
    }

    private static IkeState Grant(PeerSession session, IkeSaV2 sa, IkeMessage request, IEnumerable<ChildModel> models, LiveChild? former, in IkeTurn turn)
    {
        if (!ChildAnswer.TryGrant(session, sa, request, models, initNonces: null, turn, out var grant, out var refusal))
        {
            return Fail(session, sa, request, refusal, turn);
        }

        if (grant.Further.Count > 0)
        {
            var series = new AwaitedChild(sa, grant, former);
            if (former is not null)
            {
                former.PeerSeries = series;
            }

            sa.Respond(request.Header, [.. grant.Payloads, session.Series.Await(series, turn)], turn);
            return sa.State;
        }

        using (grant)
        {
            Make(session, sa, request, grant, former, turn);
        }

        return sa.State;
    }

    private static void Make(PeerSession session, IkeSaV2 sa, IkeMessage request, ChildGrant grant, LiveChild? former, in IkeTurn turn)
    {
        var child = grant.Make(sa, former, [], turn);
        session.Install(child, turn);
        sa.Respond(request.Header, [.. grant.Payloads], turn);
        if (former is null)
        {
            Handover.Begin(session, child, peerHasIt: false, turn);
        }
        else
        {
            former.PeerSuccessor = child;
        }
    }

    private static IkeState Fail(PeerSession session, IkeSaV2 sa, IkeMessage request, IReadOnlyList<IkePayload> payloads, in IkeTurn turn)
    {
        var names = string.Join(", ", payloads.OfType<NotifyPayload>().Select(notify => NotifyTypes.Name(notify.Notify)));
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, ExchangeType.CreateChildSa, $"a child the peer asked for was refused: {names}"));
        sa.Respond(request.Header, [.. payloads], turn);
        return sa.State;
    }

    private static IkeState Refuse(IkeSaV2 sa, IkeMessage request, NotifyPayload notify, in IkeTurn turn)
    {
        sa.Respond(request.Header, [notify], turn);
        return sa.State;
    }
}
