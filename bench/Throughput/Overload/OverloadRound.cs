namespace IpsecDp.Throughput.Overload;

/// <summary>One round: packets a second that left, the share of the offered that was lost at the port, jobs that general threads ran in spite of engines by the number of their cause, and jobs that engines ran.</summary>
internal sealed record OverloadRound(double SentPerSecond, double LostShare, IReadOnlyList<long> Spills, long OnEngines);
