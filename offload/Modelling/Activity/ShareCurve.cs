using IpsecDp.Modelling.Isotonic;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Activity;

/// <summary>The engines' share over the offered load: what was measured, with 95 % intervals, and the nearest curve that never falls.</summary>
public sealed class ShareCurve
{
    private ShareCurve(IReadOnlyList<SweepPoint> points, double[] fit)
    {
        Points = points;
        Fit = fit;
    }

    /// <summary>The steps up to capacity, by rising load.</summary>
    public IReadOnlyList<SweepPoint> Points { get; }

    /// <summary>The isotonic fit, one value a step.</summary>
    public IReadOnlyList<double> Fit { get; }

    /// <summary>The largest amount by which the fit lies outside a step's interval; 0 when the share rises monotonically within its confidence bands.</summary>
    public double Violation => Points.Zip(Fit, static (point, fit) => Outside(point.EngineShare, fit)).DefaultIfEmpty(0).Max();

    /// <summary>Whether a curve that never falls passes through every interval.</summary>
    public bool IsMonotonic => Points.Count > 1 && Violation == 0;

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

    private static double Outside(Estimate estimate, double fit)
    {
        var half = double.IsFinite(estimate.HalfWidth) ? estimate.HalfWidth : 0;
        return Math.Max(0, Math.Abs(fit - estimate.Mean) - half - 1e-12);
    }
}
