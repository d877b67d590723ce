using IpsecDp.Modelling.Isotonic;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Activity;

/// <summary>The engines' share over the offered load: what was measured, with bands that hold the whole curve with 95 %, and the nearest curve that never falls.</summary>
public sealed class ShareCurve
{
    private const double MayMiss = 0.05;

    private ShareCurve(IReadOnlyList<SweepPoint> points, double[] fit)
    {
        Points = points;
        Fit = fit;
        Bands = [.. points.Select(point => Widen(point.EngineShare, points.Count))];
    }

    /// <summary>The steps up to capacity, by rising load.</summary>
    public IReadOnlyList<SweepPoint> Points { get; }

    /// <summary>The isotonic fit, one value a step.</summary>
    public IReadOnlyList<double> Fit { get; }

    /// <summary>An interval a step; all of them together hold the true curve with at least 95 %. Intervals of 95 % each would, of a dozen, miss it somewhere in nearly half of all measurements, so each is widened to a share of the 5 % (Bonferroni).</summary>
    public IReadOnlyList<Estimate> Bands { get; }

    /// <summary>By how much the bands would have to be wider for a curve that never falls to pass through all of them; 0 when one does: no band lies below an earlier one.</summary>
    public double Violation
    {
        get
        {
            var (highestLow, worst) = (double.NegativeInfinity, 0.0);
            foreach (var band in Bands)
            {
                worst = Math.Max(worst, (highestLow - band.High) / 2);
                highestLow = Math.Max(highestLow, band.Low);
            }

            return worst;
        }
    }

    /// <summary>Whether a curve that never falls passes through every band.</summary>
    public bool IsMonotonic => Points.Count > 1 && Violation == 0;

    /// <summary>Whether the share is higher at the end than at the beginning by more than the bands leave open.</summary>
    public bool Rises => Bands[^1].Low > Bands[0].High;

    /// <summary>The curve of a sweep of rates; null with fewer than two steps in which anything ran on engines.</summary>
    public static ShareCurve? Of(IReadOnlyList<SweepPoint> points, double capacityPercent = 100)
    {
        ArgumentNullException.ThrowIfNull(points);
        SweepPoint[] kept = [.. points.Where(point => point.Value <= capacityPercent && double.IsFinite(point.EngineShare.Mean)).OrderBy(point => point.Value)];
        if (kept.Length < 2 || kept.All(static point => point.EngineShare.Mean == 0))
        {
            return null;
        }

        // A step weighs what its interval says of it; steps without one weigh alike.
        var widths = kept.Select(static point => point.EngineShare.HalfWidth).ToArray();
        var typical = widths.Where(static width => width > 0).DefaultIfEmpty(1).Average();
        double[] weights = [.. widths.Select(width => double.IsFinite(width) && width > 0 ? Math.Pow(typical / Math.Max(width, typical / 100), 2) : 1)];
        return new ShareCurve(kept, IsotonicFit.NonDecreasing([.. kept.Select(static point => point.EngineShare.Mean)], weights));
    }

    private static Estimate Widen(Estimate estimate, int steps) => estimate.Samples > 1 && double.IsFinite(estimate.HalfWidth)
        ? estimate with { HalfWidth = estimate.HalfWidth * StudentT.HalfWidth(1 - (MayMiss / steps), estimate.Samples - 1) / StudentT.Quantile975(estimate.Samples - 1) }
        : estimate with { HalfWidth = 0 };
}
