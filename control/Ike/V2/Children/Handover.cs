namespace IpsecDp.Ike.V2.Children;

/// <summary>Traffic that goes over from a child of one session to that of another with the same peer, when it authenticated anew or both ends began at once.</summary>
/// <remarks>What the peer has not installed is not sealed with as long as there is something else, and what it may still open is not taken away: so nothing is lost on the way.</remarks>
internal static class Handover
{
    // The answer that made the child may be lost and asked for again; both ends keep what they had for as long.
    private static readonly TimeSpan Patience = PeerSession.Grace;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>A child was made: it is sealed with at once, or in its time where another of the same peer carries its traffic.</summary>
    /// <param name="peerHasIt">Whether the peer is known to have it, because this end got the answer that made it.</param>
    public static void Begin(PeerSession session, LiveChild child, bool peerHasIt, in IkeTurn turn)
    {
        if (child.IsOutboundReady || child.IsGone || child.Former is { IsGone: false })
        {
            return;
        }

        if (Carrying(session, child) is not { } other)
        {
            child.MakeReady(turn);
        }
        else if (session.IsLeaving)
        {
            child.IsOvertaken = true;
        }
        else if (peerHasIt)
        {
            Take(child, other, turn);
        }
        else
        {
            child.Wait = new(turn.Now + Patience, turn.Now + BetweenLooks);
        }
    }

    /// <summary>Looks whether the peer has begun to send through a child that waits.</summary>
    public static void Look(PeerSession session, LiveChild child, in IkeTurn turn)
    {
        if (child.Wait is not { } wait || wait.LookAt > turn.Now)
        {
            return;
        }

        if (wait.Until <= turn.Now || turn.Traffic?.PacketsOf(child.Child.InboundSpi) > 0)
        {
            Take(session, child, turn);
        }
        else
        {
            child.Wait = wait with { LookAt = turn.Now + BetweenLooks };
        }
    }

    /// <summary>A request of the peer in the session shows that it got all answers before.</summary>
    public static void Confirm(PeerSession session, in IkeTurn turn)
    {
        foreach (var child in session.Children)
        {
            if (child.Wait is not null)
            {
                Take(session, child, turn);
            }
        }
    }

    /// <summary>A session ends: each child's traffic goes over to another session's child before it goes.</summary>
    public static void Pass(PeerSession session, in IkeTurn turn)
    {
        if (session.Host.Index.Peers.Others(session) is not { Count: > 0 } others)
        {
            return;
        }

        foreach (var child in session.Children)
        {
            if (child is { IsOutboundReady: true, IsOvertaken: false } && Heir(others, child) is var (heir, its))
            {
                Pass(child, heir, its, turn);
            }
        }
    }

    /// <summary>A child that is sealed with goes without a successor: one that was overtaken by it carries on, where there is one.</summary>
    public static void Leave(PeerSession session, LiveChild child, in IkeTurn turn)
    {
        if (session.IsEnded || child is not { IsOutboundReady: true, IsOvertaken: false } || child.OwnSuccessor is { IsGone: false } || child.PeerSuccessor is { IsGone: false })
        {
            return;
        }

        if (session.Children.FirstOrDefault(other => other != child && other.IsOvertaken && IsSameTraffic(other, child)) is { } twin)
        {
            Pass(child, twin, session, turn);
        }
        else if (Heir(session.Host.Index.Peers.Others(session), child) is var (heir, its))
        {
            Pass(child, heir, its, turn);
        }
    }

    private static void Pass(LiveChild child, LiveChild heir, PeerSession session, in IkeTurn turn)
    {
        heir.IsOvertaken = false;
        if (!heir.IsOutboundReady)
        {
            Take(heir, child, turn);
        }
        else if (session.Current is { } sa)
        {
            // Its outbound keys were given away when another took over: a successor has fresh ones.
            heir.RekeyAt = turn.Now;
            session.Host.Timers.Schedule(sa);
        }
    }

    private static (LiveChild Child, PeerSession Session)? Heir(IReadOnlyList<PeerSession> others, LiveChild child)
    {
        (LiveChild, PeerSession)? found = null;
        foreach (var other in others)
        {
            if (other.IsEnded || !other.IsEstablished || other.Children.FirstOrDefault(its => IsSameTraffic(its, child)) is not { } heir)
            {
                continue;
            }

            if (found is null || !other.IsLeaving)
            {
                found = (heir, other);
            }
        }

        return found;
    }

    private static LiveChild? Carrying(PeerSession session, LiveChild child) => session.Host.Index.Peers.Others(session)
        .Where(other => !other.IsEnded)
        .SelectMany(other => other.Children)
        .FirstOrDefault(other => other is { IsOutboundReady: true, IsOvertaken: false } && IsSameTraffic(other, child));

    /// <summary>Whether two children carry the same traffic for the same tunnel.</summary>
    public static bool IsSameTraffic(LiveChild one, LiveChild two) =>
        one is { IsGone: false, IsDeleting: false } && one.Model.Name == two.Model.Name && one.Child.Selectors.SequenceEqual(two.Child.Selectors);

    private static void Take(PeerSession session, LiveChild child, in IkeTurn turn) => Take(child, Carrying(session, child), turn);

    /// <summary>A child's traffic is sealed with another from here on.</summary>
    public static void Take(LiveChild child, LiveChild? from, in IkeTurn turn)
    {
        child.Wait = null;
        child.MakeReady(turn, from);
        if (from is not null && child.IsOutboundReady)
        {
            from.IsOvertaken = true;
        }
    }
}
