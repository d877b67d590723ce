using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Measures;

/// <summary>Something that is measured of every contender.</summary>
internal interface IMeasure
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it gives, the most important first.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Takes it; throws <see cref="PeersException"/> when the contender fails.</summary>
    MeasureReading Take(MeasureScene scene);
}
