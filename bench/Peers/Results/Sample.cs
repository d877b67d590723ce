using IpsecDp.Peers.Effort;

namespace IpsecDp.Peers.Results;

/// <summary>One figure of one contender in one round.</summary>
internal readonly record struct Sample(int Round, string Contender, string Metric, double Figure, EffortSpent Effort);
