using System.Diagnostics;

namespace IpsecDp.Throughput.Rounds;

/// <summary>Rounds of several contenders in turn, so that a disturbed machine disturbs all of them alike.</summary>
internal static class InterleavedRounds
{
    /// <summary>Runs the contenders in turn until <paramref name="duration"/> is over, each at least once; a contender returns what its round measured.</summary>
    public static IReadOnlyList<IReadOnlyList<double>> Measure(TimeSpan duration, IReadOnlyList<Func<double>> contenders)
    {
        List<double>[] measured = [.. contenders.Select(_ => new List<double>())];
        var watch = Stopwatch.StartNew();
        do
        {
            for (var at = 0; at < contenders.Count; at++)
            {
                measured[at].Add(contenders[at]());
            }
        }
        while (watch.Elapsed < duration);

        return measured;
    }
}
