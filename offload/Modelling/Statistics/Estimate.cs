namespace IpsecDp.Modelling.Statistics;

/// <summary>A mean with the half width of its 95 % confidence interval, from so many samples; the half width is NaN for one sample.</summary>
public readonly record struct Estimate(double Mean, double HalfWidth, int Samples)
{
    /// <summary>The lower end of the interval.</summary>
    public double Low => Mean - HalfWidth;

    /// <summary>The upper end of the interval.</summary>
    public double High => Mean + HalfWidth;

    /// <summary>From samples that are independent, as replications are, or nearly so, as the means of long batches are; NaN without any.</summary>
    public static Estimate Of(IReadOnlyList<double> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0)
        {
            return new Estimate(double.NaN, double.NaN, 0);
        }

        var mean = samples.Average();
        if (samples.Count == 1)
        {
            return new Estimate(mean, double.NaN, 1);
        }

        var variance = samples.Sum(sample => (sample - mean) * (sample - mean)) / (samples.Count - 1);
        return new Estimate(mean, StudentT.Quantile975(samples.Count - 1) * Math.Sqrt(variance / samples.Count), samples.Count);
    }

    /// <summary>The estimate of a quantity that is so many times this one.</summary>
    public Estimate Times(double factor) => new(Mean * factor, HalfWidth * Math.Abs(factor), Samples);
}
