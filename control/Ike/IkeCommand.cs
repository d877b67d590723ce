using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike;

/// <summary>What control asks of the endpoint; results come as events.</summary>
public abstract record IkeCommand
{
    /// <summary>Makes a child of a connection, and the IKE SA where there is none; <paramref name="Packet"/> is the one that asked.</summary>
    public sealed record Initiate(string Connection, string Child, FlowKey? Packet = null) : IkeCommand;

    /// <summary>Replaces a child by its inbound SPI: a limit of its traffic was reached.</summary>
    public sealed record RekeyChild(uint InboundSpi) : IkeCommand;

    /// <summary>Deletes a child by its inbound SPI.</summary>
    public sealed record DeleteChild(uint InboundSpi) : IkeCommand;

    /// <summary>Replaces an IKE SA.</summary>
    public sealed record RekeyIke(IkeSpis Spis) : IkeCommand;

    /// <summary>Ends an IKE SA and its children.</summary>
    public sealed record Close(IkeSpis Spis) : IkeCommand;

    /// <summary>Ends all IKE SAs of a connection; null for every one.</summary>
    public sealed record CloseAll(string? Connection = null) : IkeCommand;

    /// <summary>Asks a peer whether it lives (RFC 7296 §2.4).</summary>
    public sealed record Probe(IkeSpis Spis) : IkeCommand;

    /// <summary>A packet of ESP or AH that came on a path named no SA: its sender is told, if it is a peer that has none (RFC 7296 §1.5).</summary>
    public sealed record TellUnknownSpi(IkePath Path, uint Spi) : IkeCommand;

    /// <summary>What a name means that was wanted by <see cref="IkeEvent.NameWanted"/>; no address where it means nothing.</summary>
    public sealed record NameResolved(long Ticket, IReadOnlyList<IpAddress> Addresses) : IkeCommand;

    /// <summary>A policy was reloaded: SAs of connections that did not change stay untouched.</summary>
    public sealed record Reload(IkeModel Model) : IkeCommand;

    /// <summary>An address of this host is gone: sessions that stand on it move to another the policy gives (RFC 4555 §3.5, §3.6).</summary>
    public sealed record AddressGone(IpAddress Address) : IkeCommand;

    /// <summary>An address of this host that was gone is there again, and sessions may move to it.</summary>
    public sealed record AddressBack(IpAddress Address) : IkeCommand;

    /// <summary>An address of this host went away or came: MOBIKE moves what stood on it (RFC 4555 §3.5).</summary>
    public sealed record MovePath(IkeSpis Spis, IkePath Path) : IkeCommand;
}
