using System.Text.Json.Serialization;

namespace IpsecDp.Modelling.Simulation;

/// <summary>How a stage's time scatters around its mean: as points of equal probability in units of the mean. What was measured keeps its form, and the mean of all points is 1.</summary>
public sealed record ServiceShape
{
    /// <summary>Points a measured distribution is kept as.</summary>
    public const int MeasuredPoints = 256;

    /// <summary>Always the mean.</summary>
    public static ServiceShape Constant { get; } = new() { Points = [1] };

    /// <summary>Exponential, of which the theory of queues knows the answers.</summary>
    public static ServiceShape Exponential { get; } = new() { Points = [], IsExponential = true };

    /// <summary>The points; empty when exponential.</summary>
    public required IReadOnlyList<double> Points { get; init; }

    /// <summary>Drawn by formula instead of from points.</summary>
    public bool IsExponential { get; init; }

    /// <summary>Standard deviation over mean.</summary>
    [JsonIgnore]
    public double Variation => IsExponential ? 1 : Math.Sqrt(Points.Average(point => (point - 1) * (point - 1)));

    /// <summary>From measured ratios of time to expected time: each point is the mean of its share of them, so that the long tail keeps its weight. <see cref="Constant"/> without samples.</summary>
    public static ServiceShape Of(IReadOnlyList<double> samples, int points = MeasuredPoints)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var count = Math.Min(points, samples.Count);
        var sum = samples.Sum();
        if (count == 0 || !(sum > 0))
        {
            return Constant;
        }

        double[] sorted = [.. samples.Order()];
        var means = new double[count];
        for (var point = 0; point < count; point++)
        {
            var from = (int)((long)point * sorted.Length / count);
            var to = (int)((long)(point + 1) * sorted.Length / count);
            means[point] = sorted.AsSpan(from, to - from).ToArray().Average();
        }

        var mean = means.Average();
        return new ServiceShape { Points = [.. means.Select(each => each / mean)] };
    }

    /// <summary>Refuses what is no distribution with mean 1, with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        var isWhole = IsExponential || (Points.Count > 0 && Points.All(point => point >= 0 && double.IsFinite(point)) && Math.Abs(Points.Average() - 1) < 1e-6);
        if (!isWhole)
        {
            throw new ArgumentException("a service shape has points that are not negative and whose mean is 1");
        }
    }
}
