namespace IpsecDp.Peers.Statistics;

/// <summary>Ratios of two contenders within each round, because only what ran side by side compares on a machine whose speed changes.</summary>
internal static class RoundRatios
{
    /// <summary>The ratios of the rounds in which both have a figure; null where there is none.</summary>
    public static Spread? Of(IReadOnlyDictionary<int, double> figures, IReadOnlyDictionary<int, double> rivals)
    {
        var ratios = figures.Where(pair => rivals.TryGetValue(pair.Key, out var rival) && rival > 0).Select(pair => pair.Value / rivals[pair.Key]).ToArray();
        return ratios.Length == 0 ? null : Spread.Of(ratios);
    }
}
