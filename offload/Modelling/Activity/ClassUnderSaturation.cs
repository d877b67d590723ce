namespace IpsecDp.Modelling.Activity;

/// <summary>How Enterprise Extender's high priority fares at a load of capacity or more beside the lightest load of the same run: microseconds of its 99th percentile, how many times as long that is, packets that did not arrive and such as came behind a later one of their flow.</summary>
public sealed record ClassUnderSaturation(string Name, double Percent, double P99, double Times, double LightestPercent, double LightestP99, long Lost, long Reordered)
{
    private const string High = "ee-high";
    private const double Capacity = 100;

    /// <summary>One entry for each step at or above capacity; none where the load has no other class, or no step below capacity to compare with.</summary>
    public static IReadOnlyList<ClassUnderSaturation> Of(IReadOnlyList<SweepPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var steps = points.OrderBy(static point => point.Value).ToArray();
        if (steps.FirstOrDefault() is not { Value: < Capacity } lightest || !lightest.Trials.Any(static trial => trial.Classes.Count > 1)
            || lightest.Latency(High, static c => c.P99) is not { } unloaded)
        {
            return [];
        }

        return [.. steps.Where(static point => point.Value >= Capacity).Select(point => At(point, lightest.Value, unloaded)).OfType<ClassUnderSaturation>()];
    }

    private static ClassUnderSaturation? At(SweepPoint point, double lightestPercent, double unloaded)
    {
        if (point.Latency(High, static c => c.P99) is not { } p99)
        {
            return null;
        }

        var figures = point.Trials.SelectMany(static trial => trial.Classes).Where(static c => c.Name == High).ToArray();
        return new ClassUnderSaturation(High, point.Value, p99, p99 / unloaded, lightestPercent, unloaded, figures.Sum(static c => c.Lost), figures.Sum(static c => c.Reordered));
    }
}
