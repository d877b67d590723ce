using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Negotiation;

/// <summary>The traffic a child carries: each local selector with each remote one it shares a protocol with.</summary>
/// <param name="Local">Selectors of this side.</param>
/// <param name="Remote">Selectors of the other side.</param>
/// <param name="IsMorePossible">Whether policy would allow another SA for more of what was asked (ADDITIONAL_TS_POSSIBLE, RFC 7296 §2.9).</param>
public sealed record NarrowedSelectors(ValueList<IkeSelector> Local, ValueList<IkeSelector> Remote, bool IsMorePossible)
{
    /// <summary>TSi, seen from an initiator or a responder here.</summary>
    public SelectorsPayload ToInitiatorPayload(bool isInitiator) => new(true, isInitiator ? Local : Remote);

    /// <summary>TSr, seen from an initiator or a responder here.</summary>
    public SelectorsPayload ToResponderPayload(bool isInitiator) => new(false, isInitiator ? Remote : Local);

    /// <summary>The pairs as the data plane takes them.</summary>
    public IReadOnlyList<TrafficSelector> ToTrafficSelectors() => [.. SelectorAlgebra.Pairs(Local, Remote).Select(pair => SelectorAlgebra.ToTraffic(pair.Local, pair.Remote))];
}
