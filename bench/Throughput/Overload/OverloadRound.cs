namespace IpsecDp.Throughput.Overload;

/// <summary>One round: packets a second that left, the share of the offered that was lost at the port, jobs that general threads ran in spite of engines by the number of their cause, jobs that engines ran, and how many processors the process got on average.</summary>
internal sealed record OverloadRound(double SentPerSecond, double LostShare, IReadOnlyList<long> Spills, long OnEngines, double Processors);
