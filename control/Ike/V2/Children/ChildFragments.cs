using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Children;

/// <summary>Fragments other than the first, which show no ports (RFC 4301 §7, RFC 7296 §1.3.1).</summary>
internal static class ChildFragments
{
    /// <summary>Whether they have to be agreed on: in tunnel mode, where a selector names ports. Transport mode carries whole packets only.</summary>
    public static bool Matter(NarrowedSelectors selectors, bool isTransport) =>
        !isTransport && selectors.Local.Concat(selectors.Remote).Any(selector => selector.Ports != PortRange.Any);
}
