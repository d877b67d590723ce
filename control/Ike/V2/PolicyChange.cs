using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Crashes;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2;

/// <summary>A policy takes another's place: what it leaves as it was is not touched, what it changes is made anew before the old is broken where this end may start it, what it has no more is closed.</summary>
internal sealed class PolicyChange(IkeHost host, CommandRunner commands)
{
    // What the policy no longer wants does not stand longer than this, whatever the peer says.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // Both hosts are given their policies at about the same time; the end that authenticated first replaces, the other waits for that.
    private static readonly TimeSpan PeerFirst = TimeSpan.FromSeconds(3);

    /// <summary>Applies it.</summary>
    public void Apply(IkeModel model, in IkeTurn turn)
    {
        var isSecretNew = !CrashTokens.AreSame(host.Model.CrashSecret, model.CrashSecret);
        host.Model = model;
        foreach (var sa in host.Index.All)
        {
            sa.Window.Follow(model.Retransmission);
            (sa.State as AwaitAuthRequest)?.Follow(model);
        }

        foreach (var session in host.Index.Sessions)
        {
            if (model.Connections.FirstOrDefault(connection => connection.Name == session.Connection.Name) is not { } found)
            {
                CommandRunner.Close(session, "the policy has it no more", turn);
            }
            else if (found.At(session.Current?.Path.Remote ?? default) is var next && next != session.Connection)
            {
                Follow(session, next, turn);
            }

            if (isSecretNew && session is { IsEstablished: true, IsEnded: false })
            {
                // RFC 6290 §4.4: what was told before proves nothing any more.
                commands.Enqueue(session, new TellCrashToken(), turn);
            }
        }
    }

    private void Follow(PeerSession session, ConnectionModel next, in IkeTurn turn)
    {
        var former = session.Connection;
        session.Connection = next;
        if (session.IsEnded || session.Current is not { } sa)
        {
            return;
        }

        if (!session.IsEstablished)
        {
            Restart(session, sa, turn);
        }
        else if (!IsSamePeer(session, sa, former, next))
        {
            Authenticate(session, sa, next, turn);
        }
        else
        {
            FollowChildren(session, next, turn);
            if (!former.Offers.Equals(next.Offers))
            {
                session.Enqueue(new RekeyIke());
            }

            host.Settle(sa, turn);
        }
    }

    private static bool IsSamePeer(PeerSession session, IkeSaV2 sa, ConnectionModel former, ConnectionModel next) =>
        next.Fits(sa.Path.Local, sa.Path.Remote) && former.LocalId == next.LocalId && next.RemoteId.Matches(session.RemoteId!)
        && former.LocalProof.IsSameAs(next.LocalProof) && former.RemoteProof.IsSameAs(next.RemoteProof) && PpkModel.AreSame(former.Ppk, next.Ppk);

    // It was begun by a policy that is no more.
    private void Restart(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        var wanted = session.Wanted.ToList();
        session.Drop(sa, "the policy changed", isLost: false, turn);
        foreach (var (child, packet) in wanted)
        {
            if (session.Connection.Children.Any(model => model.Name == child.Name))
            {
                commands.Start(session.Connection.Name, child.Name, turn, packet);
            }
        }
    }

    // Of two ends the one that authenticated first does it again (RFC 7296 §2.8.3); the other gives it the time to.
    private void Authenticate(PeerSession session, IkeSaV2 sa, ConnectionModel next, in IkeTurn turn)
    {
        if (!session.IsInitiator)
        {
            session.Outdate(turn.Now + Patience);
            host.Timers.Schedule(sa);
            return;
        }

        if ((next.Peers == PeerRule.Destinations ? sa.Path.Remote : next.Peer) is not { } peer || CommandRunner.Own(next, peer) is not { } own)
        {
            session.Close(sa, "the policy changed", isLost: false, turn);
            return;
        }

        session.Outdate(turn.Now + Patience);
        var successor = new PeerSession(host, next, isInitiator: true) { Replaces = session };
        foreach (var model in next.Children.Where(model => model.Start == ChildStart.Automatic || session.Children.Has(model.Name)))
        {
            successor.Want(model, packet: null);
        }

        Initiation.Begin(successor, new(own, IkePath.Port, peer, IkePath.Port), turn);
        host.Timers.Schedule(sa);
    }

    private static void FollowChildren(PeerSession session, ConnectionModel next, in IkeTurn turn)
    {
        foreach (var child in session.Children.Copy())
        {
            if (next.Children.FirstOrDefault(other => other.Name == child.Model.Name) is not { } model)
            {
                session.Enqueue(new DeleteChild(child, "the policy has it no more"));
                continue;
            }

            var isOutdated = !IsSameTraffic(child.Model, model);
            child.Child = child.Child with { Model = model };
            if (isOutdated)
            {
                (child.IsOutdated, child.Refusals) = (true, 0);
                child.RekeyAt = session.IsInitiator ? turn.Now : turn.Now + PeerFirst;
            }
        }
    }

    private static bool IsSameTraffic(ChildModel former, ChildModel next) => former.Selectors.Equals(next.Selectors) && former.Offers.Equals(next.Offers)
        && former.IsTransport == next.IsTransport && former.WantsSinglePair == next.WantsSinglePair && former.ForcesEncapsulation == next.ForcesEncapsulation;
}
