using System.Diagnostics;

namespace IpsecDp.Bench.Rounds;

/// <summary>Short rounds of several contenders in turn, so that a disturbed machine disturbs all of them alike.</summary>
internal static class InterleavedRounds
{
    /// <summary>Runs the contenders in turn for about <paramref name="duration"/>; what <paramref name="prepare"/> does before each round is not timed.</summary>
    public static RoundTimes[] Measure(TimeSpan duration, Action prepare, params Action[] contenders)
    {
        List<double>[] times = [.. contenders.Select(_ => new List<double>())];
        foreach (Action contender in contenders)
        {
            prepare();
            contender();
        }

        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration;)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                prepare();
                long start = Stopwatch.GetTimestamp();
                contenders[i]();
                times[i].Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }
        }

        return [.. times.Select(Sum)];
    }

    private static RoundTimes Sum(List<double> times)
    {
        times.Sort();
        return new RoundTimes(times[0], times[times.Count / 2]);
    }
}
