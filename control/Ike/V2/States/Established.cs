using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.Exchanges;
using IpsecDp.Ike.V2.Followups;

namespace IpsecDp.Ike.V2.States;

/// <summary>Both ends proved themselves. Work is done as exchanges, one at a time from here; requests of the peer are answered as they come.</summary>
internal sealed class Established : IkeState
{
    private static readonly TimeSpan Retirement = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan HandoverTime = TimeSpan.FromSeconds(10);

    private readonly PeerSession _session;
    private readonly IkeSaV2 _sa;
    private readonly DateTimeOffset? _expireAt;
    private DateTimeOffset? _rekeyAt;
    private DateTimeOffset _keepaliveAt;
    private DateTimeOffset? _retireAt;
    private IkeExchange? _running;
    private bool _isNumbered;

    /// <summary>An IKE SA that begins its life.</summary>
    public Established(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        (_session, _sa) = (session, sa);
        _rekeyAt = ChildMaker.RekeyTime(session.Connection.Lifetime, turn);
        _expireAt = ChildMaker.ExpireTime(session.Connection.Lifetime, turn);
        _keepaliveAt = turn.Now + session.Connection.Keepalive;
    }

    /// <summary>The exchange that waits for its answer; null without one.</summary>
    public IkeExchange? Running => _running;

    /// <inheritdoc/>
    public override DateTimeOffset? WakeAt
    {
        get
        {
            if (_session.Current != _sa)
            {
                return ChildTable.Earlier(_expireAt, _retireAt);
            }

            var earliest = ChildTable.Earlier(ChildTable.Earlier(_expireAt, _session.EndAt), _session.ReauthenticateAt);

            earliest = ChildTable.Earlier(earliest, _rekeyAt);
            earliest = ChildTable.Earlier(earliest, _session.Children.WakeAt);
            earliest = ChildTable.Earlier(earliest, _session.Series.WakeAt);
            if (KeepsAlive)
            {
                earliest = ChildTable.Earlier(earliest, _keepaliveAt);
            }

            return _sa.Window.Pending is not null || IsBeingRekeyed ? earliest : ChildTable.Earlier(ChildTable.Earlier(earliest, LivenessAt), _session.TaskAt);
        }
    }

    private DateTimeOffset? LivenessAt => _session.Connection.Liveness > TimeSpan.Zero ? _sa.LastHeard + _session.Connection.Liveness : null;

    // RFC 7296 §2.25.2: once the peer's rekey of the IKE SA was answered nothing begins in it; what it would be answered could come too late.
    private bool IsBeingRekeyed => _session.Series.IkeSa is not null;

    // RFC 3948 §4: only the end behind the NAT keeps its mapping alive.
    private bool KeepsAlive => _session.Nat.IsLocal && _session.Connection.Keepalive > TimeSpan.Zero;

    /// <summary>The peer wants to be authenticated again within so many seconds (RFC 4478).</summary>
    public void Limit(uint? seconds, in IkeTurn turn)
    {
        if (seconds is { } limit)
        {
            // Early enough for the former session to be gone by then, too.
            var whole = TimeSpan.FromSeconds(limit);
            var early = whole * 0.9 < whole - HandoverTime ? whole * 0.9 : whole - HandoverTime;
            _session.ReauthenticateAt = turn.Now + (early > whole / 2 ? early : whole / 2);
        }
    }

    /// <summary>Another IKE SA succeeds this one; the peer gets a while to delete it.</summary>
    public void Retire(in IkeTurn turn) => _retireAt ??= turn.Now + Retirement;

    /// <summary>Starts the next work, where none is under way.</summary>
    public void Advance(IkeSaV2 sa, in IkeTurn turn)
    {
        Number(sa, turn);
        while (sa.State == this && _session.Current == sa && sa.Window.Pending is null && !IsBeingRekeyed && _session.TakeTask(turn.Now) is { } task)
        {
            if (task.BuildRequest(_session, sa, turn) is { } payloads)
            {
                _running = task;
                sa.Request(task.Type, payloads, turn);
            }
            else
            {
                task.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn)
    {
        Handover.Confirm(_session, turn);
        switch (request.Value.Header.Exchange)
        {
            case ExchangeType.CreateChildSa:
                return CreateChildRequests.Answer(_session, sa, this, request.Value, turn);
            case ExchangeType.IkeFollowupKe:
                return FollowupAnswer.Answer(_session, sa, this, request.Value, turn);
            case ExchangeType.Informational:
                return InformationalRequests.Answer(_session, sa, request.Value, turn);
            default:
                sa.Respond(request.Value.Header, [new NotifyPayload(NotifyType.InvalidSyntax)], turn);
                return this;
        }
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn)
    {
        if (_running is not { } exchange)
        {
            return this;
        }

        if (response.Value.FindNotify(NotifyType.InvalidSyntax) is not null)
        {
            return Break(sa, "the peer finds a request of this end badly formatted", turn);
        }

        _running = null;
        var next = exchange.OnResponse(_session, sa, response.Value, turn);
        if (exchange.TakeContinuation() is { } payloads && sa.State == this && _session.Current == sa)
        {
            // Nothing else of ours comes in between, so that the work stays one.
            _running = exchange;
            sa.Request(ExchangeType.IkeFollowupKe, payloads, turn);
            return next;
        }

        exchange.Dispose();
        _session.SettleDeletes();
        return next;
    }

    /// <inheritdoc/>
    public override IkeState Wake(IkeSaV2 sa, in IkeTurn turn)
    {
        if (_session.Current != sa)
        {
            // RFC 7296 §2.8: who made the successor deletes this one; where it forgets to, this end does.
            return _expireAt <= turn.Now || _retireAt <= turn.Now ? Closing.Begin(sa, turn) : this;
        }

        if (_expireAt <= turn.Now || _session.EndAt <= turn.Now)
        {
            var reason = _expireAt <= turn.Now ? "its life ended" : _session.EndReason;
            _session.Close(sa, reason, isLost: _expireAt <= turn.Now || _session.IsWantedAgain, turn);
            return sa.State;
        }

        if (_rekeyAt <= turn.Now)
        {
            _rekeyAt = null;
            Renew(sa, turn);
        }

        if (_session.ReauthenticateAt <= turn.Now)
        {
            _session.ReauthenticateAt = null;
            Reauthenticate(sa, turn);
        }

        _session.Series.Expire(turn);
        WakeChildren(turn);
        Watch(sa, turn);

        if (KeepsAlive && _keepaliveAt <= turn.Now)
        {
            _keepaliveAt = turn.Now + _session.Connection.Keepalive;
            turn.Outbox.Send(IkeTransmit.Keepalive(sa.Path));
        }

        Advance(sa, turn);
        return sa.State;
    }

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn)
    {
        Abandon(sa, turn);
        if (_session.Current == sa)
        {
            _session.End(sa, "the peer does not answer", isLost: true, turn);
        }

        return Closed.Instance;
    }

    /// <inheritdoc/>
    public override void Abandon(IkeSaV2 sa, in IkeTurn turn)
    {
        _running?.Dispose();
        _running = null;
    }

    // RFC 7296 §2.4: what came through a child shows that the peer lives as well as a message does; it is asked in silence only.
    private void Watch(IkeSaV2 sa, in IkeTurn turn)
    {
        if (sa.Window.Pending is not null || LivenessAt is not { } at || at > turn.Now || _session.HasTask<Liveness>())
        {
            return;
        }

        if (_session.Children.HasTaken(turn.Traffic))
        {
            sa.LastHeard = turn.Now;
        }
        else
        {
            _session.Enqueue(new Liveness());
        }
    }

    /// <summary>One end found a message of the other badly formatted: the IKE SA ends at both, and nothing more is said in it (RFC 7296 §2.21.3).</summary>
    public IkeState Break(IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        Abandon(sa, turn);
        if (_session.Current == sa)
        {
            _session.End(sa, reason, isLost: true, turn);
        }

        return Closed.Until(turn.Now + Closed.Lingering);
    }

    private void WakeChildren(in IkeTurn turn)
    {
        foreach (var child in _session.Children.Copy())
        {
            Handover.Look(_session, child, turn);
            if (child.ExpireAt <= turn.Now)
            {
                _session.Expire(child, turn);
            }
            else if (child.EndAt <= turn.Now && !child.IsDeleting)
            {
                child.EndAt = null;
                _session.Enqueue(new DeleteChild(child, "its VPN life ended"));
            }
            else if (child.IsSettled && child.RekeyAt <= turn.Now)
            {
                child.RekeyAt = null;
                _session.Enqueue(new RekeyChild(child));
            }
        }
    }

    // RFC 7296 §2.2: an IKE SA ends before its numbers come round.
    private void Number(IkeSaV2 sa, in IkeTurn turn)
    {
        if (!sa.Window.IsNearlyUsedUp || sa.State != this || _session.Current != sa)
        {
            return;
        }

        if (sa.Window.IsUsedUp)
        {
            IkeHost.Refuse(sa.Path, new(IkeFault.NumbersUsedUp), turn);
            _session.Close(sa, "its message numbers are used up", isLost: true, turn);
        }
        else if (!_isNumbered)
        {
            _isNumbered = true;
            _rekeyAt = null;
            Renew(sa, turn);
        }
    }

    private void Renew(IkeSaV2 sa, in IkeTurn turn)
    {
        if (_session.Connection.Reauthenticates || RekeyOffers.AreNone(_session.Connection))
        {
            Reauthenticate(sa, turn);
        }
        else
        {
            _session.Enqueue(new RekeyIke());
        }
    }

    // The end that authenticated first does it again; the other asked for it by AUTH_LIFETIME (RFC 4478).
    private void Reauthenticate(IkeSaV2 sa, in IkeTurn turn)
    {
        if (_session.IsInitiator)
        {
            Reauthentication.Begin(_session, sa, turn);
        }
    }
}
