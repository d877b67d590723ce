using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.Followups;
using IpsecDp.Ike.V2.States;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2;

/// <summary>What two ends have together: identities, children, and the work to be done. It outlives the IKE SAs that succeed one another under it.</summary>
internal sealed class PeerSession(IkeHost host, ConnectionModel connection, bool isInitiator)
{
    /// <summary>How long packets that are under way may still come in on a child that was replaced or deleted.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int MostLostSeries = 4;

    private readonly TaskQueue _tasks = new();
    private EarlyDeletes _deletedEarly;
    private Dictionary<string, DateTimeOffset?>? _ends;

    /// <summary>What all IKE SAs share.</summary>
    public IkeHost Host { get; } = host;

    /// <summary>The connection.</summary>
    public ConnectionModel Connection { get; set; } = connection;

    /// <summary>Whether this end authenticated first, which is who moves addresses (RFC 4555 §3.5) and reauthenticates.</summary>
    public bool IsInitiator { get; } = isInitiator;

    /// <summary>Who the peer proved to be; null before.</summary>
    public IkeId? RemoteId { get; set; }

    /// <summary>Whether it is counted among those of peers that proved themselves.</summary>
    public bool IsCounted { get; set; }

    /// <summary>The next session in the same chain of <see cref="Limits.PeerIndex"/>; null for none.</summary>
    public PeerSession? NextOfHash { get; set; }

    /// <summary>Whether the peer proved itself.</summary>
    public bool IsEstablished => RemoteId is not null;

    /// <summary>When it did.</summary>
    public DateTimeOffset EstablishedAt { get; private set; }

    /// <summary>The initiator's SPI of its first IKE SA.</summary>
    public ulong FirstSpi { get; private set; }

    /// <summary>Whether the session is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>NATs on the path.</summary>
    public NatDetection Nat { get; set; }

    /// <summary>Whether both ends speak MOBIKE (RFC 4555).</summary>
    public bool HasMobike { get; set; }

    /// <summary>Further addresses of the peer that the policy allows (RFC 4555 §3.4).</summary>
    public IReadOnlyList<IpAddress> PeerAddresses { get; set; } = [];

    /// <summary>The IKE SA requests from here are sent in.</summary>
    public IkeSaV2? Current { get; set; }

    /// <summary>The children.</summary>
    public ChildTable Children { get; } = new();

    /// <summary>Children to be made with the IKE SA.</summary>
    public List<(ChildModel Model, FlowKey? Packet)> Wanted { get; } = [];

    /// <summary>The session this one is to replace by a new authentication; null for none.</summary>
    public PeerSession? Replaces { get; set; }

    /// <summary>The gateway that sent this host on (RFC 5685); null for none.</summary>
    public IpAddress? RedirectedFrom { get; init; }

    /// <summary>Whether a session that is to replace this one is being made.</summary>
    public bool IsBeingReplaced => Host.Index.Of(Connection.Name).Any(other => other.Replaces == this);

    /// <summary>What the peer asked for and gets after further key exchanges (RFC 9370 §2.2.4).</summary>
    public SeriesTable Series { get; } = new();

    /// <summary>How often in a row the peer lost the state of a series from here.</summary>
    public int LostSeries { get; set; }

    /// <summary>When the session ends whatever it is doing; null for not.</summary>
    public DateTimeOffset? EndAt { get; private set; }

    /// <summary>Why it ends then.</summary>
    public string EndReason { get; private set; } = string.Empty;

    /// <summary>Whether it is known when it ends, because another took its place or is to.</summary>
    public bool IsLeaving => EndAt is not null;

    /// <summary>Whether automatic children are wanted again after that end.</summary>
    public bool IsWantedAgain { get; private set; }

    /// <summary>When the peer wants to be authenticated again (RFC 4478); null for never.</summary>
    public DateTimeOffset? ReauthenticateAt { get; set; }

    /// <summary>The IKE SA the peer made to succeed the current one while this end does the same; null without one.</summary>
    public PeerRekey? PeerRekey { get; set; }

    /// <summary>When the peer was last asked whether it lives because of what nobody proved; null for never.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>When the next task may start; null without any.</summary>
    public DateTimeOffset? TaskAt => _tasks.WakeAt;

    /// <summary>Puts work at the end of the queue.</summary>
    public void Enqueue(IkeExchange exchange) => _tasks.Add(exchange);

    /// <summary>The next work whose time has come; null without any.</summary>
    public IkeExchange? TakeTask(DateTimeOffset now) => _tasks.TryTake(now);

    /// <summary>Whether work of a kind is waiting.</summary>
    public bool HasTask<T>()
        where T : IkeExchange => _tasks.Has<T>();

    /// <summary>Wants a child: with the IKE SA while that is being made, by an exchange of its own afterwards.</summary>
    public void Want(ChildModel model, FlowKey? packet)
    {
        if (IsEstablished)
        {
            Enqueue(new CreateChild(model, packet));
        }
        else if (!Wanted.Exists(wanted => wanted.Model.Name == model.Name && wanted.Packet == packet))
        {
            Wanted.Add((model, packet));
        }
    }

    /// <summary>The peer deletes a child this end has not been told of, because the answer that made it is still on its way.</summary>
    public void DeleteEarly(ProtocolId protocol, uint spi) => _deletedEarly.Add(protocol, spi, Host.Model.Limits.Children);

    /// <summary>Whether the peer has deleted a child that was just made; its keys are zeroed then.</summary>
    public bool IsStillborn(LiveChild child)
    {
        var isDeleted = _deletedEarly.Has(child.Child.Protocol, child.Child.OutboundSpi);
        if (isDeleted)
        {
            child.Child.InboundKeys.Dispose();
            child.Child.OutboundKeys.Dispose();
            Host.Index.RemoveChild(child.Child.InboundSpi);
        }

        return isDeleted;
    }

    /// <summary>The answer came: what was deleted before it is settled.</summary>
    public void SettleDeletes() => _deletedEarly.Settle();

    /// <summary>Takes a child in; the peer may send with it from here on.</summary>
    public void Install(LiveChild child, in IkeTurn turn)
    {
        Children.Add(child);
        turn.Outbox.Raise(new IkeEvent.ChildInstalled(child.Child));
    }

    /// <summary>Takes a child out. What the peer made to succeed it is sealed with from here on, since the peer is ready for it.</summary>
    public void Remove(LiveChild child, TimeSpan grace, string reason, in IkeTurn turn)
    {
        if (child.IsGone)
        {
            return;
        }

        if (child.PeerSuccessor is { IsGone: false } successor && child.OwnSuccessor is not { IsOutboundReady: true, IsGone: false })
        {
            successor.MakeReady(turn);
        }

        Handover.Leave(this, child, turn);
        child.IsGone = true;
        Children.Remove(child);
        Host.Index.RemoveChild(child.Child.InboundSpi);
        turn.Outbox.Raise(new IkeEvent.ChildRemoved(child.Child, grace, reason));
    }

    /// <summary>Whether nothing else stands with the peer, so that it may forget what it has of a former life (RFC 7296 §2.4, INITIAL_CONTACT).</summary>
    public bool IsFirstContact => Connection.IsUnique && Replaces is null && !Host.Index.Of(Connection.Name).Any(other => other != this && other.IsEstablished && other.Current?.Path.Remote == Current?.Path.Remote);

    /// <summary>The peer proved itself in an IKE SA.</summary>
    public void Establish(IkeSaV2 sa, in IkeTurn turn)
    {
        Current = sa;
        Host.Index.Peers.Add(this, sa.Path.Remote);
        (EstablishedAt, FirstSpi) = (turn.Now, sa.Spis.Initiator);
        turn.Outbox.Raise(new IkeEvent.IkeSaEstablished(Connection.Name, sa.Spis, sa.IsInitiator, Connection.LocalId, RemoteId!, sa.Path, sa.Protection!.Suite));
    }

    /// <summary>Goes on with what was wanted beside the first child; the session this one replaces ends when nothing of it is under way any more.</summary>
    public void Begin(in IkeTurn turn)
    {
        foreach (var (model, packet) in Wanted)
        {
            Enqueue(new CreateChild(model, packet));
        }

        // An established session wants nothing for hours, and there may be many of them.
        Wanted.Clear();
        Wanted.TrimExcess();
        if (Replaces is { IsEnded: false, Current: { } former } replaced)
        {
            replaced.EndBy(turn.Now + Grace, RedirectedFrom is null ? "reauthenticated" : "the peer sent this host on");
            Host.Timers.Schedule(former);
        }

        Replaces = null;
    }

    /// <summary>The peer never proved itself.</summary>
    public void Fail(in IkeTurn turn)
    {
        IsEnded = true;
        Host.Index.Remove(this);
        if (Replaces is null)
        {
            WantAgain(turn);
        }
    }

    /// <summary>Wants what another session wanted that begins anew elsewhere.</summary>
    public void TakeOver(PeerSession former)
    {
        foreach (var (model, packet) in former.Wanted)
        {
            Want(model, packet);
        }

        _ends = former._ends;
    }

    /// <summary>Another session goes on instead of this one, which never stood.</summary>
    public void Yield()
    {
        IsEnded = true;
        Host.Index.Remove(this);
    }

    /// <summary>Ends the session at that time, unless it ended by itself.</summary>
    public void EndBy(DateTimeOffset at, string reason = "the peer has a later session") => (EndAt, EndReason, IsWantedAgain) = (ChildTable.Earlier(EndAt, at), reason, false);

    /// <summary>The policy has the session otherwise: it ends at that time, if nothing that follows the policy took its place before.</summary>
    public void Outdate(DateTimeOffset at) => (EndAt, EndReason, IsWantedAgain) = (ChildTable.Earlier(EndAt, at), "the policy changed", true);

    /// <summary>Goes on in an IKE SA that succeeds the current one.</summary>
    public void Succeed(IkeSaV2 former, IkeSaV2 sa, in IkeTurn turn)
    {
        Host.Index.Peers.Move(this, Current!, Current!.Path.Remote, sa.Path.Remote);
        Current = sa;
        PeerRekey = null;
        Series.Clear();
        (former.State as Established)?.Retire(turn);
        Host.Timers.Schedule(former);
        turn.Outbox.Raise(new IkeEvent.IkeSaRekeyed(Connection.Name, former.Spis, sa.Spis, sa.Protection!.Suite));
        Host.Timers.Schedule(sa);
    }

    /// <summary>A child reached the end of its life without a successor that took over.</summary>
    public void Expire(LiveChild child, in IkeTurn turn)
    {
        if (!child.IsDeleting)
        {
            Enqueue(new DisownChild(child.Child.Protocol, child.Child.InboundSpi));
        }

        Remove(child, TimeSpan.Zero, "its life ended", turn);
        if (child.Model.Start == ChildStart.Automatic && !Children.Has(child.Model.Name))
        {
            Enqueue(new CreateChild(child.Model, packet: null));
        }
    }

    /// <summary>A child the policy no longer wants goes, since the peer takes nothing in its place; an automatic one is wanted again after a while.</summary>
    public void Abolish(LiveChild child, in IkeTurn turn)
    {
        Enqueue(new DeleteChild(child, "the policy changed"));
        if (child.Model.Start == ChildStart.Automatic)
        {
            Host.Starts.Add(Connection.Name, child.Model.Name, turn.Now + StartQueue.Again);
        }
    }

    /// <summary>Ends the session without telling the peer, who knows nothing of it.</summary>
    public void Drop(IkeSaV2 sa, string reason, bool isLost, in IkeTurn turn)
    {
        End(sa, reason, isLost, turn);
        sa.State.Abandon(sa, turn);
        sa.Enter(Closed.Instance, turn);
    }

    /// <summary>Ends the session and tells the peer.</summary>
    public void Close(IkeSaV2 sa, string reason, bool isLost, in IkeTurn turn)
    {
        End(sa, reason, isLost, turn);
        sa.State.Abandon(sa, turn);
        sa.Enter(Closing.Begin(sa, turn), turn);
        Host.Timers.Schedule(sa);
    }

    /// <summary>The peer's path changed behind its NAT (RFC 7296 §2.23); children follow.</summary>
    public void Follow(IkeSaV2 sa, in IkePath path, in IkeTurn turn)
    {
        if (Nat.IsRemote && path.Local == sa.Path.Local)
        {
            Move(sa, path, turn);
        }
    }

    /// <summary>Goes over to another path with all children.</summary>
    public void Move(IkeSaV2 sa, in IkePath path, in IkeTurn turn)
    {
        var former = sa.Path;
        sa.Path = path;
        Host.Index.Peers.Move(this, sa, former.Remote, path.Remote);
        foreach (var child in Children)
        {
            child.Child = child.Child with { Path = path, IsEncapsulated = Nat.IsAny || child.Model.ForcesEncapsulation };
        }

        turn.Outbox.Raise(new IkeEvent.PathMoved(Connection.Name, sa.Spis, former, path));
    }

    /// <summary>The session is over: its children go, then it. Automatic children are wanted again where <paramref name="isLost"/>.</summary>
    public void End(IkeSaV2 sa, string reason, bool isLost, in IkeTurn turn)
    {
        if (IsEnded)
        {
            return;
        }

        IsEnded = true;
        Handover.Pass(this, turn);
        // Where a later session carries on, the peer may not have heard yet that this one is over.
        var grace = Host.Index.Peers.Others(this).Count > 0 ? Grace : TimeSpan.Zero;
        Host.Index.Remove(this);
        Forget();
        foreach (var child in Children.Copy())
        {
            child.PeerSuccessor = null;
            Remove(child, grace, reason, turn);
        }

        if (PeerRekey is { Stands: true } rekey && rekey.Sa != sa)
        {
            // For the peer that is the IKE SA that counts.
            rekey.Sa.Enter(Closing.Begin(rekey.Sa, turn), turn);
            Host.Timers.Schedule(rekey.Sa);
        }

        PeerRekey = null;
        turn.Outbox.Raise(new IkeEvent.IkeSaClosed(Connection.Name, sa.Spis, reason));
        if (isLost)
        {
            WantAgain(turn);
        }
    }

    /// <summary>Gives back what waiting work holds.</summary>
    public void Forget()
    {
        _tasks.Clear();
        Series.Clear();
    }

    /// <summary>Whether a series the peer lost the state of is begun anew; RFC 9370 §2.2.4: after several it is the end of the IKE SA.</summary>
    public bool MayTrySeriesAgain(IkeSaV2 sa, in IkeTurn turn)
    {
        if (++LostSeries <= MostLostSeries)
        {
            return true;
        }

        Close(sa, "the peer lost the state of further key exchanges too often", isLost: true, turn);
        return false;
    }

    /// <summary>The end of a tunnel that begins here and now: its VpnLife, or what is left of it where the tunnel is older than the session.</summary>
    public DateTimeOffset? EndOf(ChildModel model, in IkeTurn turn) =>
        _ends is not null && _ends.Remove(model.Name, out var end) ? end : model.VpnLife > TimeSpan.Zero ? turn.Now + model.VpnLife : null;

    /// <summary>The tunnel of that name is an older session's and ends when it would have there.</summary>
    public void EndWith(LiveChild child) => (_ends ??= new(StringComparer.Ordinal))[child.Model.Name] = child.EndAt;

    /// <summary>Automatic children are started again after a while.</summary>
    public void WantAgain(in IkeTurn turn) => WantAgain(StartQueue.Again, turn);

    /// <summary>Automatic children are started again after that time.</summary>
    public void WantAgain(TimeSpan after, in IkeTurn turn)
    {
        foreach (var child in Connection.Children.Where(child => child.Start == ChildStart.Automatic))
        {
            Host.Starts.Add(Connection.Name, child.Name, turn.Now + after);
        }
    }
}
