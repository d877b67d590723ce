namespace IpsecDp.Modelling.Search;

/// <summary>What a search found for a goal (RFC 9971, Goal Result).</summary>
/// <param name="Goal">The goal.</param>
/// <param name="LowerBound">Relevant Lower Bound: the highest rate that kept the goal below every rate that broke it; null where none did.</param>
/// <param name="UpperBound">Relevant Upper Bound: the lowest rate that broke the goal; null where none did.</param>
/// <param name="Throughput">Conditional Throughput: packets a second that arrived at the lower bound; null without one.</param>
public sealed record GoalResult(SearchGoal Goal, double? LowerBound, double? UpperBound, double? Throughput)
{
    /// <summary>Whether both bounds exist and are as near as the goal asks (RFC 9971, Regular Goal Result); otherwise the figures are marked.</summary>
    public bool IsRegular => LowerBound is { } lower && UpperBound is { } upper && upper - lower <= upper * Goal.Width * (1 + 1e-9);
}
