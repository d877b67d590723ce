using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Models;

/// <summary>A child a connection may have.</summary>
public sealed record ChildModel
{
    /// <summary>The name an operator gave it.</summary>
    public required string Name { get; init; }

    /// <summary>Traffic it may carry, seen from this host, most wanted first.</summary>
    public required ValueList<TrafficSelector> Selectors { get; init; }

    /// <summary>Offers of ESP or AH, most wanted first; a key exchange in them is forward secrecy.</summary>
    public required ValueList<Offer> Offers { get; init; }

    /// <summary>Whether transport mode is asked for, and granted when a peer asks (RFC 7296 §1.3.1).</summary>
    public bool IsTransport { get; init; }

    /// <summary>Whether tunnel mode is taken when the peer does not grant transport mode.</summary>
    public bool TakesOtherMode { get; init; }

    /// <summary>Whether each pair of addresses gets SAs of its own.</summary>
    public bool WantsSinglePair { get; init; }

    /// <summary>Whether ESP goes in UDP even without a NAT.</summary>
    public bool ForcesEncapsulation { get; init; }

    /// <summary>How it starts.</summary>
    public ChildStart Start { get; init; } = ChildStart.OnDemand;

    /// <summary>The child as the peer of that address has it: its traffic with that address.</summary>
    public ChildModel At(IpAddress peer) => this with { Selectors = [.. Selectors.Where(selector => selector.Remote.Contains(peer)).Select(selector => selector with { Remote = AddressRange.Of(peer) })] };

    /// <summary>When it is replaced and when it ends.</summary>
    public LifetimeModel Lifetime { get; init; } = LifetimeModel.OfChild;

    /// <summary>How long the tunnel lasts, however often it is rekeyed (VpnLife); zero for as long as it is wanted.</summary>
    public TimeSpan VpnLife { get; init; }

    /// <summary>Whether fragments other than the first may travel in it where its selectors name ports (RFC 4301 §7).</summary>
    public bool TakesLaterFragments { get; init; } = true;

    /// <summary>Octets it carries before it is replaced; 0 for any number. The data plane counts them.</summary>
    public long RekeyOctets { get; init; }
}
