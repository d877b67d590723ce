using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Negotiation;

/// <summary>What one rule leaves of what was asked.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Local">Selectors of this side, each with a partner.</param>
/// <param name="Remote">Selectors of the other side, each with a partner.</param>
internal sealed record SelectorCut(TrafficSelector Rule, IReadOnlyList<IkeSelector> Local, IReadOnlyList<IkeSelector> Remote)
{
    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => Local.Count == 0;

    /// <summary>Cuts both lists down to the rule.</summary>
    public static SelectorCut Of(TrafficSelector rule, IReadOnlyList<IkeSelector> askedLocal, IReadOnlyList<IkeSelector> askedRemote)
    {
        var local = SelectorAlgebra.Reduce(askedLocal.Select(selector => SelectorAlgebra.Intersect(selector, rule.Local, rule.Protocol, rule.LocalPorts)).OfType<IkeSelector>());
        var remote = SelectorAlgebra.Reduce(askedRemote.Select(selector => SelectorAlgebra.Intersect(selector, rule.Remote, rule.Protocol, rule.RemotePorts)).OfType<IkeSelector>());
        return new(rule,
            [.. local.Where(mine => remote.Any(theirs => SelectorAlgebra.IsPair(mine, theirs)))],
            [.. remote.Where(theirs => local.Any(mine => SelectorAlgebra.IsPair(mine, theirs)))]);
    }
}
