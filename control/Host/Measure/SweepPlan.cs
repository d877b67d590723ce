using System.Globalization;
using IpsecDp.Modelling.Activity;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>The values a sweep visits.</summary>
internal static class SweepPlan
{
    /// <summary>Percent of capacity; the last three lie above it and show what overload does.</summary>
    public static IReadOnlyList<double> Rates { get; } = [1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150];

    /// <summary>Octets of IP packets.</summary>
    public static IReadOnlyList<double> Sizes { get; } = [64, 128, 256, 512, 1024, 1400];

    /// <summary>Tunnels.</summary>
    public static IReadOnlyList<double> TunnelCounts { get; } = [1, 8, 64, 512];

    /// <summary>The values of a sweep: those that were asked for, or the usual ones.</summary>
    public static IReadOnlyList<double> ValuesOf(MeasureOptions options) => options.Values.Count > 0 ? options.Values : options.Sweep switch
    {
        SweepKind.Rate => Rates,
        SweepKind.Engines => [.. Enumerable.Range(0, options.Engines + 1).Select(static engines => (double)engines)],
        SweepKind.Size => [.. Sizes.Select(size => Math.Clamp(size, ArrivalModel.SmallestOf(options.Family), OfferedCycle.LargestClear(options))).Distinct()],
        _ => TunnelCounts,
    };

    /// <summary>Engines at a value.</summary>
    public static int EnginesAt(MeasureOptions options, double value) => options.Sweep == SweepKind.Engines ? (int)value : options.Engines;

    /// <summary>Tunnels at a value.</summary>
    public static int TunnelsAt(MeasureOptions options, double value) => options.Sweep == SweepKind.Tunnels ? (int)value : options.Tunnels;

    /// <summary>A value in words, for the progress.</summary>
    public static string Describe(SweepKind sweep, double value) => sweep switch
    {
        SweepKind.Rate => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} % of capacity"),
        SweepKind.Engines => string.Create(CultureInfo.InvariantCulture, $"{value:0} engines"),
        SweepKind.Size => string.Create(CultureInfo.InvariantCulture, $"{value:0} octets"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0} tunnels"),
    };
}
