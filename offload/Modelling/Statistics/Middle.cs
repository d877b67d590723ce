namespace IpsecDp.Modelling.Statistics;

/// <summary>The median of samples among which a few may be far out, with the half width of its 95 % interval by the samples' middle half (McGill, Tukey and Larsen 1978); infinite for one sample.</summary>
public readonly record struct Middle(double Median, double HalfWidth, int Samples)
{
    private const double NotchOfQuartiles = 1.57;

    /// <summary>From samples in any order; NaN without any.</summary>
    public static Middle Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0)
        {
            return new Middle(double.NaN, double.NaN, 0);
        }

        var spread = Quantile(sorted, 0.75) - Quantile(sorted, 0.25);
        return new Middle(Quantile(sorted, 0.5), sorted.Length == 1 ? double.PositiveInfinity : NotchOfQuartiles * spread / Math.Sqrt(sorted.Length), sorted.Length);
    }

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (at - below));
    }
}
