using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Adapters.Windows.Filters;

/// <summary>The filters of a plan: those of the host's clear packets, which the guard drops, too, and those of what arrives protected.</summary>
/// <param name="Outbound">Clear packets on their way out; disjoint, one handle each.</param>
/// <param name="Inbound">Clear packets on their way in that should not be.</param>
/// <param name="Protected">ESP and AH on their way in, and messages about path MTU.</param>
public sealed record DivertFilters(IReadOnlyList<DivertFilter> Outbound, IReadOnlyList<DivertFilter> Inbound, IReadOnlyList<DivertFilter> Protected)
{
    // The driver takes 255 tests and the compiler about 1,278 tokens; the frame around the clauses needs some of them.
    private const int MostTests = 240;
    private const int MostTokens = 1100;

    // Each handle is a thread and a queue of 32 MiB in the kernel, and has a second one for marked packets.
    private const int MostHandles = 16;

    // Clauses of the widest form are five tests at most.
    private const int MostWideClauses = 40;

    /// <summary>What the guard holds.</summary>
    public IReadOnlyList<string> Clear => [.. Outbound.Concat(Inbound).Select(filter => filter.Text)];

    /// <summary>Makes them.</summary>
    /// <param name="plan">What is to be taken out.</param>
    /// <param name="handles">Handles to spread over, at least, where the addresses allow it.</param>
    public static DivertFilters Of(DivertPlan plan, int handles) => new(
        Spread(plan.Outbound, handles, plan.LeavesIke, isOutbound: true),
        Spread(plan.Inbound, 1, plan.LeavesIke, isOutbound: false),
        ProtectedFilter.Of(plan.Protected, plan.ProtectedFromAny, handles, MostTests, MostTokens));

    private static List<DivertFilter> Spread(IReadOnlyList<TrafficSelector> selectors, int handles, bool leavesIke, bool isOutbound)
    {
        var merged = SelectorSlices.Merge(selectors);
        if (merged.Count == 0)
        {
            return [];
        }

        var isWidened = false;
        var slices = Cut(merged, handles, isOutbound);
        if (slices.Count > MostHandles)
        {
            isWidened = true;
            slices = Cut(SelectorSlices.Widen(merged, MostWideClauses), handles, isOutbound);
        }

        return [.. slices.Select(slice => Filter(slice, leavesIke, isOutbound, isWidened))];
    }

    private static List<IReadOnlyList<TrafficSelector>> Cut(IReadOnlyList<TrafficSelector> selectors, int handles, bool isOutbound)
    {
        var slices = new List<IReadOnlyList<TrafficSelector>> { selectors };
        for (var at = 0; at < slices.Count;)
        {
            if (Fits(Clauses(slices[at], isOutbound)) || !SelectorSlices.TrySplit(slices[at], out var below, out var above))
            {
                at++;
                continue;
            }

            slices[at] = below;
            slices.Insert(at + 1, above);
        }

        while (slices.Count < Math.Min(handles, MostHandles) && slices.MaxBy(slice => (slice.Count, Breadth(slice))) is { } largest && SelectorSlices.TrySplit(largest, out var below, out var above))
        {
            var at = slices.IndexOf(largest);
            slices[at] = below;
            slices.Insert(at + 1, above);
        }

        return slices;
    }

    private static UInt128 Breadth(IReadOnlyList<TrafficSelector> slice) => slice.Max(selector => selector.Remote.Last.Value - selector.Remote.First.Value);

    // What cannot be cut any more has one remote address and too many conditions: the address alone is asked for.
    private static DivertFilter Filter(IReadOnlyList<TrafficSelector> slice, bool leavesIke, bool isOutbound, bool isWidened)
    {
        var clauses = Clauses(slice, isOutbound);
        if (!Fits(clauses))
        {
            clauses = Clauses(SelectorSlices.Widen(slice, MostWideClauses), isOutbound);
            isWidened = true;
        }

        // Loopback never leaves the host. What another driver injected is taken like anything else: to spare it would let it out in clear.
        FilterPart[] way = isOutbound ? [FilterPart.Has("outbound"), FilterPart.HasNot("loopback")] : [FilterPart.Has("inbound")];
        var filter = FilterPart.All([.. way, .. leavesIke ? [NotIke(isOutbound)] : Array.Empty<FilterPart>(), clauses]);
        return new DivertFilter(filter.Text, filter.IsExact && !isWidened);
    }

    // IKE on port 500, and on port 4500 behind four octets of zero; a keepalive is one octet (RFC 3948 §2.2, §2.3). A NAT gives the peer another port than its own, this host's stays what it is.
    private static FilterPart NotIke(bool isOutbound)
    {
        var port = isOutbound ? "udp.SrcPort" : "udp.DstPort";
        var isEsp = FilterPart.All(
            FilterPart.Test("udp.PayloadLength", "!=", "1"),
            FilterPart.Any(FilterPart.Test("udp.PayloadLength", "<", "4"), FilterPart.Test("udp.Payload32[0]", "!=", "0")));
        return FilterPart.If("udp", FilterPart.All(FilterPart.Test(port, "!=", "500"), FilterPart.Any(FilterPart.Test(port, "!=", "4500"), isEsp)), FilterPart.True);
    }

    private static FilterPart Clauses(IReadOnlyList<TrafficSelector> slice, bool isOutbound) =>
        FilterPart.Any([.. slice.Select(selector => SelectorFilter.Of(selector, isOutbound))]);

    private static bool Fits(FilterPart clauses) => clauses.Tests <= MostTests && clauses.Tokens <= MostTokens;
}
