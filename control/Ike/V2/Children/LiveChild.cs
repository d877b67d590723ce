using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.Followups;

namespace IpsecDp.Ike.V2.Children;

/// <summary>A child that stands, with what is to become of it.</summary>
internal sealed class LiveChild(ChildSa child, NarrowedSelectors selectors, Octets lowestNonce, DateTimeOffset? rekeyAt, DateTimeOffset? expireAt, LiveChild? former)
{
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(30);

    /// <summary>The child as whoever installs it sees it.</summary>
    public ChildSa Child { get; set; } = child;

    /// <summary>Its traffic, which its successor is asked to carry too.</summary>
    public NarrowedSelectors Selectors { get; } = selectors;

    /// <summary>The lower of the two nonces that made it; of two children made at once the one with the lowest goes (RFC 7296 §2.8.1).</summary>
    public Octets LowestNonce { get; } = lowestNonce;

    /// <summary>When a successor is asked for; null for never.</summary>
    public DateTimeOffset? RekeyAt { get; set; } = rekeyAt;

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? ExpireAt { get; } = expireAt;

    /// <summary>When the tunnel ends, however often it was rekeyed (VpnLife); null for never.</summary>
    public DateTimeOffset? EndAt { get; set; }

    /// <summary>Packets it had taken when the peer's life was looked after last.</summary>
    public long PacketsSeen { get; set; }

    /// <summary>The child it is to replace, as long as that is not settled.</summary>
    public LiveChild? Former { get; set; } = former;

    /// <summary>The successor the peer made; null without one.</summary>
    public LiveChild? PeerSuccessor { get; set; }

    /// <summary>The successor the peer is about to make, once further key exchanges are run; null without one.</summary>
    public AwaitedChild? PeerSeries { get; set; }

    /// <summary>The lowest nonce of a successor of the peer's, made or about to be; null without one.</summary>
    public Octets? PeerNonce => PeerSuccessor?.LowestNonce ?? PeerSeries?.LowestNonce;

    /// <summary>The successor made from here; null without one.</summary>
    public LiveChild? OwnSuccessor { get; set; }

    /// <summary>Whether its traffic is sealed with it, or was until another took over.</summary>
    public bool IsOutboundReady { get; set; }

    /// <summary>Whether a child of another session carries its traffic, so that neither it nor a successor is sealed with.</summary>
    public bool IsOvertaken { get; set; } = former is { IsOvertaken: true };

    /// <summary>How long it waits to take over from another session's child; null where it does not wait for that.</summary>
    public HandoverWait? Wait { get; set; }

    /// <summary>Whether the policy changed since it was made: its successor carries what the policy has now, and without one it ends.</summary>
    public bool IsOutdated { get; set; }

    /// <summary>How often the peer refused such a successor.</summary>
    public int Refusals { get; set; }

    /// <summary>Whether its successor is being asked for.</summary>
    public bool IsRekeying { get; set; }

    /// <summary>Whether its delete is on the way.</summary>
    public bool IsDeleting { get; set; }

    /// <summary>Whether it was removed.</summary>
    public bool IsGone { get; set; }

    /// <summary>Its model.</summary>
    public ChildModel Model => Child.Model;

    /// <summary>Whether nothing succeeds it and nothing ends it yet.</summary>
    public bool IsSettled => !IsGone && !IsDeleting && !IsRekeying && PeerSuccessor is null && PeerSeries is null && OwnSuccessor is null;

    /// <summary>The peer did not go on to replace it: this end does, if its policy replaces children at all.</summary>
    public void RekeyLater(in IkeTurn turn)
    {
        if (Model.Lifetime.Rekey > TimeSpan.Zero && IsSettled)
        {
            RekeyAt ??= turn.Now + Dice.UpTo(turn.Entropy, SoonEnough);
        }
    }

    /// <summary>Its traffic is sealed with it from here on, instead of with the one it replaces, or takes over from.</summary>
    public void MakeReady(in IkeTurn turn, LiveChild? from = null)
    {
        if (!IsOutboundReady && !IsGone && !IsOvertaken)
        {
            IsOutboundReady = true;
            turn.Outbox.Raise(new IkeEvent.OutboundReady(Child, (from ?? Former)?.Child.OutboundSpi));
        }
    }
}
