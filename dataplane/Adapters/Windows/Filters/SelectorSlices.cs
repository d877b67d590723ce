using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>Selectors merged where they touch, cut apart by remote address so that slices are disjoint, and widened where they are too many.</summary>
internal static class SelectorSlices
{
    /// <summary>The same packets in fewer selectors; those whose versions differ match nothing and are left out.</summary>
    public static IReadOnlyList<TrafficSelector> Merge(IEnumerable<TrafficSelector> selectors)
    {
        var sound = selectors.Where(selector => selector.Local.First.Version == selector.Remote.First.Version).Distinct();
        var byRemote = sound.GroupBy(selector => selector with { Remote = default })
            .SelectMany(group => Coalesce(group.Select(selector => selector.Remote)).Select(remote => group.Key with { Remote = remote }));
        return [.. byRemote.GroupBy(selector => selector with { Local = default })
            .SelectMany(group => Coalesce(group.Select(selector => selector.Local)).Select(local => group.Key with { Local = local }))
            .OrderBy(selector => selector.Remote.First).ThenBy(selector => selector.Remote.Last)];
    }

    /// <summary>Cuts at a remote address that leaves selectors on both sides, near the middle; false where all have one and the same remote address.</summary>
    public static bool TrySplit(IReadOnlyList<TrafficSelector> selectors, out IReadOnlyList<TrafficSelector> below, out IReadOnlyList<TrafficSelector> above)
    {
        (below, above) = ([], []);
        var lowest = selectors.Min(selector => selector.Remote.First);
        var starts = selectors.Select(selector => selector.Remote.First).Where(start => start > lowest).Distinct().Order().ToList();
        if (starts.Count == 0)
        {
            var widest = selectors.Select(selector => selector.Remote).MaxBy(range => range.Last.Value - range.First.Value);
            if (widest.First == widest.Last)
            {
                return false;
            }

            starts.Add(widest.First with { Value = widest.First.Value + ((widest.Last.Value - widest.First.Value) / 2) + 1 });
        }

        var cut = starts[starts.Count / 2];
        below = [.. selectors.Where(selector => selector.Remote.First < cut).Select(selector => selector with { Remote = Below(selector.Remote, cut) })];
        above = [.. selectors.Where(selector => selector.Remote.Last >= cut).Select(selector => selector with { Remote = Above(selector.Remote, cut) })];
        return below.Count > 0 && above.Count > 0;
    }

    /// <summary>At most <paramref name="most"/> selectors that match all the others do and more: ports and protocols go, then the smallest gaps between remote ranges are closed.</summary>
    public static IReadOnlyList<TrafficSelector> Widen(IReadOnlyList<TrafficSelector> selectors, int most)
    {
        var wide = new List<TrafficSelector>();
        foreach (var version in selectors.GroupBy(selector => selector.Remote.First.Version))
        {
            var local = new AddressRange(version.Min(selector => selector.Local.First), version.Max(selector => selector.Local.Last));
            var remotes = Coalesce(version.Select(selector => selector.Remote)).ToList();
            CloseGaps(remotes, Math.Max(1, most / 2));
            wide.AddRange(remotes.Select(remote => new TrafficSelector(local, remote, null, PortRange.Any, PortRange.Any)));
        }

        return wide;
    }

    private static void CloseGaps(List<AddressRange> ranges, int most)
    {
        if (ranges.Count <= most)
        {
            return;
        }

        // The gaps that stay are the widest; all others are closed.
        var kept = Enumerable.Range(1, ranges.Count - 1).OrderByDescending(index => ranges[index].First.Value - ranges[index - 1].Last.Value).Take(most - 1).Order().ToList();
        var joined = new List<AddressRange>();
        var from = 0;
        foreach (var start in kept.Append(ranges.Count))
        {
            joined.Add(new AddressRange(ranges[from].First, ranges[start - 1].Last));
            from = start;
        }

        ranges.Clear();
        ranges.AddRange(joined);
    }

    // In order, those that overlap or touch made one.
    private static IEnumerable<AddressRange> Coalesce(IEnumerable<AddressRange> ranges)
    {
        AddressRange? open = null;
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (open is not { } current)
            {
                open = range;
            }
            else if (range.First.Version == current.First.Version && (current.Last.Value == UInt128.MaxValue || range.First.Value <= current.Last.Value + 1))
            {
                open = current with { Last = range.Last > current.Last ? range.Last : current.Last };
            }
            else
            {
                yield return current;
                open = range;
            }
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    private static AddressRange Below(AddressRange range, IpAddress cut) => range.Last < cut ? range : range with { Last = cut with { Value = cut.Value - 1 } };

    private static AddressRange Above(AddressRange range, IpAddress cut) => range.First >= cut ? range : range with { First = cut };
}
