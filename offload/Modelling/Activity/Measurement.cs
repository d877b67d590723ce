using IpsecDp.Modelling.Search;

namespace IpsecDp.Modelling.Activity;

/// <summary>All that a measurement found, as its document carries it.</summary>
public sealed record Measurement
{
    /// <summary>The form of the document.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The form it was written in.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Load, sweep, capture, topology, suite and what else was asked for, in words.</summary>
    public required MeasuredSetup Setup { get; init; }

    /// <summary>The highest rates found, one entry for each value that was searched at.</summary>
    public IReadOnlyList<CapacityFigures> Capacities { get; init; } = [];

    /// <summary>The steps of the sweep.</summary>
    public IReadOnlyList<SweepPoint> Points { get; init; } = [];

    /// <summary>What saturation does to the most important class whose latency counts; of a sweep of rates over several classes.</summary>
    public IReadOnlyList<ClassUnderSaturation> UnderSaturation { get; init; } = [];

    /// <summary>Whether the operator ended it.</summary>
    public bool IsInterrupted { get; init; }
}
