using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Children;

/// <summary>Transport mode through a NAT (RFC 7296 §2.23.1): the responder reads the selectors with the addresses it sees, and answers with those the peer means.</summary>
/// <param name="Path">What this end sees.</param>
/// <param name="Local">What the peer calls this end.</param>
/// <param name="Remote">What the peer calls itself.</param>
internal sealed record NattedAddresses(IkePath Path, IpAddress Local, IpAddress Remote)
{
    /// <summary>The addresses of a request; null where it is not of transport mode, no NAT is there, or its selectors are not of one address each.</summary>
    public static NattedAddresses? Of(PeerSession session, IkePath path, IkeMessage request)
    {
        if (!session.Nat.IsAny || request.FindNotify(NotifyType.UseTransportMode) is null
            || OneAddress(request.FindSelectors(true)!) is not { } remote || OneAddress(request.FindSelectors(false)!) is not { } local)
        {
            return null;
        }

        return new(path, local, remote);
    }

    /// <summary>Selectors of the peer as this end sees them.</summary>
    public SelectorsPayload Seen(SelectorsPayload asked) => asked with { Selectors = With(asked.Selectors, asked.IsInitiator ? Path.Remote : Path.Local) };

    /// <summary>Selectors of this end as the peer means them.</summary>
    public NarrowedSelectors Meant(NarrowedSelectors seen) => seen with { Local = With(seen.Local, Local), Remote = With(seen.Remote, Remote) };

    private static IpAddress? OneAddress(SelectorsPayload selectors) =>
        selectors.Selectors.Count > 0 && selectors.Selectors.All(selector => SelectorAlgebra.IsOneAddress(selector) && selector.Addresses.First == selectors.Selectors[0].Addresses.First)
            ? selectors.Selectors[0].Addresses.First
            : null;

    private static ValueList<IkeSelector> With(ValueList<IkeSelector> selectors, IpAddress address) => [.. selectors.Select(selector => selector with { Addresses = AddressRange.Of(address) })];
}
