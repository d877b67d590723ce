using System.Collections;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Children;

/// <summary>The children of a session. They outlive the IKE SA they were made in, as RFC 7296 §2.18 lets a rekeyed IKE SA inherit them.</summary>
internal sealed class ChildTable : IReadOnlyCollection<LiveChild>
{
    // Nearly every session has one.
    private readonly List<LiveChild> _children = new(1);

    /// <inheritdoc/>
    public int Count => _children.Count;

    /// <summary>The earliest time any of them has to be replaced or ended; null for never.</summary>
    public DateTimeOffset? WakeAt
    {
        get
        {
            DateTimeOffset? earliest = null;
            foreach (var child in _children)
            {
                earliest = Earlier(earliest, child.IsSettled ? child.RekeyAt : null);
                earliest = Earlier(earliest, child.ExpireAt);
                earliest = Earlier(earliest, child.Wait?.LookAt);
                earliest = Earlier(earliest, child.IsDeleting ? null : child.EndAt);
            }

            return earliest;
        }
    }

    /// <summary>The child with an inbound SPI; null without one.</summary>
    public LiveChild? FindInbound(uint spi) => _children.Find(child => child.Child.InboundSpi == spi);

    /// <summary>The child with an outbound SPI; null without one.</summary>
    public LiveChild? FindOutbound(ProtocolId protocol, uint spi) => _children.Find(child => child.Child.Protocol == protocol && child.Child.OutboundSpi == spi);

    /// <summary>Whether a child of a name stands that is not on its way out.</summary>
    public bool Has(string name) => _children.Exists(child => child.Model.Name == name && !child.IsDeleting);

    /// <summary>Whether such a child carries a packet; any does where none asked.</summary>
    public bool Serves(string name, FlowKey? packet) => _children.Exists(child => child.Model.Name == name && !child.IsDeleting
        && (packet is not { } flow || child.Child.Selectors.Any(selector => selector.MatchesOutbound(flow))));

    /// <summary>Whether any of them took packets since this was asked last.</summary>
    public bool HasTaken(IInboundTraffic? traffic)
    {
        var hasTaken = false;
        foreach (var child in _children)
        {
            var packets = traffic?.PacketsOf(child.Child.InboundSpi) ?? 0;
            hasTaken |= packets > child.PacketsSeen;
            child.PacketsSeen = packets;
        }

        return hasTaken;
    }

    /// <summary>Adds one.</summary>
    public void Add(LiveChild child) => _children.Add(child);

    /// <summary>Takes one out.</summary>
    public void Remove(LiveChild child) => _children.Remove(child);

    /// <summary>All of them, as a copy that stays while they come and go.</summary>
    public IReadOnlyList<LiveChild> Copy() => [.. _children];

    /// <inheritdoc/>
    public IEnumerator<LiveChild> GetEnumerator() => _children.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The earlier of two times.</summary>
    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? two) => one is null || two < one ? two : one;
}
