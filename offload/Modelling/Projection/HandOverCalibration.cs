using System.Diagnostics;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Modelling.Projection;

/// <summary>Measures, with a real engine and jobs that do nothing, what it costs to wake one: on a virtual machine whose idle processors halt it is the submitter who pays.</summary>
public static class HandOverCalibration
{
    private const double NanosecondsPerSecond = 1e9;

    // Longer than the engine stays awake.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>So many wake-ups one after the other: nanoseconds the submitter's call takes (median), and nanoseconds until the engine is at work (median). The submitter stays awake between them, as a line thread does.</summary>
    public static (double Submitter, double Latency) Wake(int wakeUps, IReadOnlyList<int> processors, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wakeUps, 1);
        var ledger = new CpuLedger();
        using var pool = new EnginePool(new EnginePoolModel { Engines = 1, LongestSpin = TimeSpan.Zero, Processors = processors, Pinning = IThreadPinning.OfThisSystem }, ledger);
        var lane = new OrderedLane();
        var job = new EmptyJob();
        var paid = new double[wakeUps];
        var waited = new double[wakeUps];
        for (var at = 0; at < wakeUps; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            var pauseEnds = Stopwatch.GetTimestamp() + (long)(Pause.TotalSeconds * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < pauseEnds)
            {
                Thread.SpinWait(100);
            }

            job.Begin();
            lane.Open(job);
            var start = Stopwatch.GetTimestamp();
            pool.Submit(job);
            paid[at] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            while (job.RanAt == 0)
            {
                Thread.SpinWait(10);
            }

            waited[at] = (job.RanAt - start) * NanosecondsPerSecond / Stopwatch.Frequency;
            while (!lane.IsIdle)
            {
                Thread.SpinWait(10);
            }
        }

        Array.Sort(paid);
        Array.Sort(waited);
        return (paid[wakeUps / 2], waited[wakeUps / 2]);
    }

    private sealed class EmptyJob : LaneJob
    {
        private long _ranAt;

        public long RanAt => Volatile.Read(ref _ranAt);

        public override int Bytes => 1;

        public void Begin() => Volatile.Write(ref _ranAt, 0);

        public override void Run() => Volatile.Write(ref _ranAt, Stopwatch.GetTimestamp());

        public override void Deliver()
        {
        }
    }
}
