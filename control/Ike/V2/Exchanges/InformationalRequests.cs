using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Mobility;
using IpsecDp.Ike.V2.Redirections;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>Answers INFORMATIONAL: deletes, what a peer found wrong, addresses that move, and whether this end lives (RFC 7296 §1.4).</summary>
internal static class InformationalRequests
{
    /// <summary>Answers the request; the state returned follows.</summary>
    public static IkeState Answer(PeerSession session, IkeSaV2 sa, IkeMessage request, in IkeTurn turn)
    {
        var isDelete = request.All<DeletePayload>().Any(delete => delete.Protocol == ProtocolId.Ike);
        var isAccused = request.FindNotify(NotifyType.AuthenticationFailed) is not null;
        if (isDelete && !isAccused && session.Current == sa && session.Children.Count > 0 && session.Host.Index.Peers.Others(session).Count > 0)
        {
            End(session, sa, "the peer closed it", turn);
            return Draining.Begin(request.Header, turn);
        }

        if (isDelete || isAccused)
        {
            sa.Respond(request.Header, [], turn);
            End(session, sa, isAccused ? "the peer does not take our proof" : "the peer closed it", turn);
            return Closed.Until(turn.Now + Closed.Lingering);
        }

        CrashTokens.Keep(session, sa, request);
        var payloads = new List<IkePayload>();
        foreach (var delete in request.All<DeletePayload>())
        {
            if (Delete(session, (sa.State as Established)?.Running, delete, turn) is { Count: > 0 } spis)
            {
                payloads.Add(new DeletePayload(delete.Protocol, [.. spis]));
            }
        }

        if (PeerAddresses.Keep(session, sa.ReplyPath, request))
        {
            FollowPeer(session, sa, turn);
        }

        payloads.AddRange(AddressUpdate.Answer(session, sa, request, turn));
        sa.Respond(request.Header, [.. payloads], turn);
        if (request.FindNotify(NotifyType.Redirect) is { } redirect && session.Current == sa && Redirection.TryRead(redirect, out var to))
        {
            SessionRedirect.Follow(session, sa, to, turn);
        }

        return sa.State;
    }

    // RFC 4555 §3.6: the responder tells its addresses from where it is; who moves is the initiator.
    private static void FollowPeer(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        var path = sa.ReplyPath;
        if (session.IsInitiator && session.Current == sa && path.Remote != sa.Path.Remote && session.Connection.Fits(path.Local, path.Remote))
        {
            session.Enqueue(new MoveAddresses(path));
        }
    }

    private static void End(PeerSession session, IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        sa.State.Abandon(sa, turn);
        if (session.Current == sa && session.PeerRekey is { Stands: true } rekey)
        {
            // The peer's successor stands, and it never saw, or outlived, the one asked for from here.
            session.Succeed(sa, rekey.Sa, turn);
        }
        else if (session.Current == sa)
        {
            session.End(sa, reason, isLost: true, turn);
        }
    }

    private static List<uint> Delete(PeerSession session, IkeExchange? running, DeletePayload delete, in IkeTurn turn)
    {
        var ours = new List<uint>();
        foreach (var spi in delete.Spis)
        {
            if (session.Children.FindOutbound(delete.Protocol, spi) is not { } child)
            {
                if (running is CreateChild or RekeyChild)
                {
                    session.DeleteEarly(delete.Protocol, spi);
                }

                continue;
            }

            // RFC 7296 §1.4.1: where both ends delete at once, neither names the other half again.
            if (!child.IsDeleting)
            {
                ours.Add(child.Child.InboundSpi);
            }

            session.Remove(child, PeerSession.Grace, child.PeerSuccessor is not null || child.OwnSuccessor is not null ? "replaced" : "the peer deleted it", turn);
        }

        return ours;
    }
}
