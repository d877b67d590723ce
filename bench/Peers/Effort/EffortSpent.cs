namespace IpsecDp.Peers.Effort;

/// <summary>What one figure cost.</summary>
/// <param name="Octets">Application octets delivered meanwhile.</param>
/// <param name="CpuSeconds">CPU time of the contender's processes, both hosts; not a number where it has none.</param>
/// <param name="StealSeconds">Time in which the machine's processors belonged to somebody else.</param>
/// <param name="InvoluntarySwitches">How often a thread of the contender lost its processor.</param>
internal readonly record struct EffortSpent(double Octets, double CpuSeconds, double StealSeconds, long InvoluntarySwitches)
{
    private const double Gigabyte = 1e9;

    /// <summary>CPU seconds for a gigabyte delivered; not a number where nothing was.</summary>
    public double CpuSecondsPerGigabyte => Octets > 0 ? CpuSeconds / (Octets / Gigabyte) : double.NaN;
}
