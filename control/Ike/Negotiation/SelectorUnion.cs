using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.Negotiation;

/// <summary>As many cuts as go into one child: both sides grow as long as every pair of them is allowed by a rule.</summary>
internal static class SelectorUnion
{
    /// <summary>Starts with one cut and takes in the others in their order.</summary>
    public static NarrowedSelectors Of(IReadOnlyList<TrafficSelector> rules, IReadOnlyList<SelectorCut> cuts, int start)
    {
        var (local, remote, isMore) = Bounded(cuts[start]);
        for (var i = 0; i < cuts.Count; i++)
        {
            var cut = cuts[i];
            if (i == start || cut.IsEmpty || IsWithin(cut, local, remote))
            {
                continue;
            }

            var (wideLocal, wideRemote) = (SelectorAlgebra.Reduce([.. local, .. cut.Local]), SelectorAlgebra.Reduce([.. remote, .. cut.Remote]));
            (local, remote) = (wideLocal, wideRemote) switch
            {
                _ when IsAllowed(rules, wideLocal, wideRemote) => (wideLocal, wideRemote),
                _ when IsAllowed(rules, wideLocal, remote) => (wideLocal, remote),
                _ when IsAllowed(rules, local, wideRemote) => (local, wideRemote),
                _ => (local, remote),
            };
            isMore |= !IsWithin(cut, local, remote);
        }

        return new([.. local], [.. remote], isMore);
    }

    // A rule alone allows every pair of its own; only their number is bounded.
    private static (IReadOnlyList<IkeSelector> Local, IReadOnlyList<IkeSelector> Remote, bool IsCut) Bounded(SelectorCut cut)
    {
        if (cut.Local.Count * cut.Remote.Count <= SelectorNarrowing.MostPairs)
        {
            return (cut.Local, cut.Remote, false);
        }

        var side = (int)Math.Sqrt(SelectorNarrowing.MostPairs);
        return ([.. cut.Local.Take(side)], [.. cut.Remote.Where(theirs => cut.Local.Take(side).Any(mine => SelectorAlgebra.IsPair(mine, theirs))).Take(side)], true);
    }

    private static bool IsAllowed(IReadOnlyList<TrafficSelector> rules, IReadOnlyList<IkeSelector> local, IReadOnlyList<IkeSelector> remote) =>
        local.Count * remote.Count <= SelectorNarrowing.MostPairs
        && SelectorAlgebra.Pairs(local, remote).All(pair => rules.Any(rule => SelectorAlgebra.Allows(rule, pair.Local, pair.Remote)));

    private static bool IsWithin(SelectorCut cut, IReadOnlyList<IkeSelector> local, IReadOnlyList<IkeSelector> remote) =>
        cut.Local.All(mine => local.Any(outer => outer.Contains(mine))) && cut.Remote.All(theirs => remote.Any(outer => outer.Contains(theirs)));
}
