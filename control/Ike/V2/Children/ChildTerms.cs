using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2.Children;

/// <summary>What both ends agreed of a child, seen from here, before keys are made.</summary>
/// <param name="Model">The child's model.</param>
/// <param name="Agreement">Algorithms, and the SPI the peer chose.</param>
/// <param name="InboundSpi">The SPI we chose.</param>
/// <param name="Selectors">Its traffic.</param>
/// <param name="IsTransport">Whether it is in transport mode.</param>
/// <param name="IsInitiator">Whether this end began the exchange that makes it.</param>
/// <param name="TakesPadding">Whether the peer takes padding against traffic analysis.</param>
internal sealed record ChildTerms(ChildModel Model, Agreement Agreement, uint InboundSpi, NarrowedSelectors Selectors, bool IsTransport, bool IsInitiator, bool TakesPadding)
{
    /// <summary>Whether fragments other than the first may travel in it (RFC 7296 §3.10.1): both ends said so, or its selectors name no ports.</summary>
    public bool TakesLaterFragments { get; init; }

    /// <summary>The addresses the peer means on its side of a NAT; null where they are the path's.</summary>
    public NattedAddresses? Natted { get; init; }
}
