using System.Diagnostics;
using System.Runtime.CompilerServices;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Host.Measure;

/// <summary>A calculation that is always the same and touches no memory, done on all processors of a line at once: where it takes longer than it did at best, the processors are not what they were, because a hypervisor gave them away without telling, or other machines share their cores.</summary>
internal sealed class Yardstick(IReadOnlyList<int> processors, IThreadPinning pinning)
{
    // Together some two milliseconds: a tick of the system's clock within them is a twentieth.
    private const int Pieces = 40;
    private const int StepsOfPiece = 25_000;

    private readonly long[] _best = [.. Enumerable.Repeat(long.MaxValue, processors.Count)];

    /// <summary>The share of its best that the slowest of the processors was short of; the first times say little, as there is no best yet.</summary>
    public double Shortfall()
    {
        var shortfalls = new double[processors.Count];
        var threads = processors.Select((processor, at) => new Thread(() => shortfalls[at] = ShortfallOf(at, processor)) { IsBackground = true, Name = "yardstick" }).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        return shortfalls.Max();
    }

    private double ShortfallOf(int at, int processor)
    {
        // Where a thread cannot be bound it measures whichever it gets.
        _ = pinning.TryPin(processor);
        var pieces = new long[Pieces];
        for (var piece = 0; piece < Pieces; piece++)
        {
            var start = Stopwatch.GetTimestamp();
            Calculate();
            pieces[piece] = Stopwatch.GetTimestamp() - start;
        }

        _best[at] = Math.Min(_best[at], pieces.Min());
        return 1 - (_best[at] / pieces.Average());
    }

    // Compiled once: code that became better on the way would make the machine look worse before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Calculate()
    {
        var value = (ulong)Environment.CurrentManagedThreadId;
        for (var step = 0; step < StepsOfPiece; step++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
        }

        GC.KeepAlive(value == 0 ? "" : null);
    }
}
