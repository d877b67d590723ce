using IpsecDp.Peers.Effort;

namespace IpsecDp.Peers.Measures;

/// <summary>The figures of one measure by the names of its metrics, and what they cost.</summary>
internal sealed record MeasureReading(IReadOnlyDictionary<string, double> Figures, EffortSpent Effort);
