namespace IpsecDp.Modelling.Statistics;

/// <summary>The middle of samples among which a few may be far out: the median of the means of all pairs (Hodges and Lehmann 1963), with the half width of its 95 % interval by Wilcoxon's signed ranks; infinite for fewer than six samples, which leave 95 % to no interval.</summary>
public readonly record struct Middle(double Median, double HalfWidth, int Samples)
{
    // Of the normal distribution, which the sum of the signed ranks follows closely from six samples on.
    private const double Quantile = 1.96;

    // Of five the widest interval, from the least to the largest, misses the middle once in sixteen.
    private const int FewestSamples = 6;

    /// <summary>From samples in any order; NaN without any.</summary>
    public static Middle Of(IEnumerable<double> samples)
    {
        double[] all = [.. samples];
        if (all.Length == 0)
        {
            return new Middle(double.NaN, double.NaN, 0);
        }

        double[] means = [.. all.SelectMany((one, at) => all.Skip(at).Select(other => (one + other) / 2)).Order()];
        var median = (means[(means.Length - 1) / 2] + means[means.Length / 2]) / 2;
        if (all.Length < FewestSamples)
        {
            return new Middle(median, double.PositiveInfinity, all.Length);
        }

        // Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 2014, §3.2 and §3.3: so many means from either end the interval ends.
        double count = all.Length;
        var left = (int)((count * (count + 1) / 4) - (Quantile * Math.Sqrt(count * (count + 1) * ((2 * count) + 1) / 24)));
        var (least, most) = (means[Math.Max(0, left - 1)], means[means.Length - Math.Max(1, left)]);
        return new Middle(median, Math.Max(median - least, most - median), all.Length);
    }
}
