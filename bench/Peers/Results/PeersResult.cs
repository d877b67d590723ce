using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Measures;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Results;

/// <summary>All that a run measured.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Contenders">Who was asked to take part, absent ones included.</param>
/// <param name="Metrics">The figures, in the order of the report.</param>
/// <param name="Absences">Why a contender did not take part, by its name.</param>
internal sealed record PeersResult(PeersOptions Options, IReadOnlyList<IContender> Contenders, IReadOnlyList<Metric> Metrics, IReadOnlyDictionary<string, string> Absences)
{
    /// <summary>The figures, in the order in which they were taken.</summary>
    public List<Sample> Samples { get; } = [];

    /// <summary>What could not be taken.</summary>
    public List<Fault> Faults { get; } = [];

    /// <summary>The figures of a contender, one a round in which it was taken.</summary>
    public IReadOnlyList<Sample> Of(string contender, string metric) => [.. Samples.Where(sample => sample.Contender == contender && sample.Metric == metric)];

    /// <summary>How a contender stands to a rival, round by round; null where they never met.</summary>
    public Spread? Ratio(string contender, string rival, string metric) => RoundRatios.Of(ByRound(contender, metric), ByRound(rival, metric));

    private Dictionary<int, double> ByRound(string contender, string metric) => Of(contender, metric).ToDictionary(sample => sample.Round, sample => sample.Figure);
}
