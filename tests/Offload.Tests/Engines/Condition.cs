using System.Diagnostics;

namespace Offload.Tests.Engines;

/// <summary>Waits for what must come true; the bound only turns a hang into a failure.</summary>
internal static class Condition
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    public static void Await(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Bound, "the condition never came true");
            Thread.Yield();
        }
    }

    /// <summary>Runs the bodies on threads of their own and waits for all; the first exception fails the test.</summary>
    public static void InParallel(params Action[] bodies)
    {
        Exception? first = null;
        var threads = bodies.Select(body => new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception fault)
            {
                Interlocked.CompareExchange(ref first, fault, null);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(Bound), "a thread never ended"));
        Assert.Null(first);
    }
}
