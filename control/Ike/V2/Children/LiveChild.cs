using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2.Children;

/// <summary>A child that stands, with what is to become of it.</summary>
internal sealed class LiveChild(ChildSa child, NarrowedSelectors selectors, Octets lowestNonce, DateTimeOffset? rekeyAt, DateTimeOffset? expireAt)
{
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

    /// <summary>The child it is to replace, as long as that is not settled.</summary>
    public LiveChild? Former { get; set; }

    /// <summary>The successor the peer made; null without one.</summary>
    public LiveChild? PeerSuccessor { get; set; }

    /// <summary>The successor made from here; null without one.</summary>
    public LiveChild? OwnSuccessor { get; set; }

    /// <summary>Whether its traffic is sealed with it.</summary>
    public bool IsOutboundReady { get; set; }

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
    public bool IsSettled => !IsGone && !IsDeleting && !IsRekeying && PeerSuccessor is null && OwnSuccessor is null;

    /// <summary>Its traffic is sealed with it from here on, instead of with the one it replaces.</summary>
    public void MakeReady(in IkeTurn turn)
    {
        if (!IsOutboundReady && !IsGone)
        {
            IsOutboundReady = true;
            turn.Outbox.Raise(new IkeEvent.OutboundReady(Child, Former?.Child.OutboundSpi));
        }
    }
}
