namespace IpsecDp.Peers.Statistics;

/// <summary>Median, least and most of a few figures.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <summary>Of these figures, of which there is at least one.</summary>
    public static Spread Of(IEnumerable<double> figures)
    {
        var ordered = figures.Order().ToArray();
        return new Spread(MedianOf(ordered), ordered[0], ordered[^1]);
    }

    /// <summary>The figure below which a share of ordered figures lies: the nearest rank.</summary>
    public static double Percentile(IReadOnlyList<double> ordered, double share) => ordered[Math.Max(0, (int)Math.Ceiling(share * ordered.Count) - 1)];

    // Of an even number, the mean of the two in the middle.
    private static double MedianOf(double[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
}
