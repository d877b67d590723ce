using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Accounting;

/// <summary>CPU clocks of Windows threads, in nanoseconds, counted in cycles because the times of GetThreadTimes move in steps of a scheduler tick; where no cycles are counted, as under Wine, those times serve.</summary>
internal static partial class WindowsClock
{
    private const nint CurrentThread = -2;
    private const nint CurrentProcess = -1;
    private const uint QueryLimitedInformation = 0x0800;

    // A FILETIME counts spans of 100 ns.
    private const long NanosecondsPerUnit = 100;

    private static readonly double NanosecondsPerCycle = Calibrate();

    /// <summary>Whether the system counts cycles; without them the clock moves in ticks.</summary>
    public static bool CountsCycles { get; } = double.IsFinite(NanosecondsPerCycle);

    /// <summary>CPU time of the process; -1 if it cannot be read.</summary>
    public static long Process
    {
        get
        {
            if (CountsCycles)
            {
                return QueryProcessCycleTime(CurrentProcess, out var cycles) ? ToNanoseconds(cycles) : -1;
            }

            return GetProcessTimes(CurrentProcess, out _, out _, out var kernel, out var user) ? (kernel + user) * NanosecondsPerUnit : -1;
        }
    }

    /// <summary>CPU time of the calling thread.</summary>
    public static long ThisThread() => Read(CurrentThread);

    /// <summary>A handle by which any thread can read the calling thread's clock; zero where it is refused.</summary>
    public static nint OpenThisThread() => OpenThread(QueryLimitedInformation, false, GetCurrentThreadId());

    /// <summary>CPU time of the thread of that handle; -1 if it cannot be read.</summary>
    public static long Read(nint thread)
    {
        if (CountsCycles)
        {
            return QueryThreadCycleTime(thread, out var cycles) ? ToNanoseconds(cycles) : -1;
        }

        return GetThreadTimes(thread, out _, out _, out var kernel, out var user) ? (kernel + user) * NanosecondsPerUnit : -1;
    }

    /// <summary>Gives the handle back.</summary>
    public static void Close(nint thread) => CloseHandle(thread);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ToNanoseconds(ulong cycles) => (long)(cycles * NanosecondsPerCycle);

    // Pre-emption can only lower the cycles a thread gets in a span of wall time, so the largest of several spans is the honest one.
    private static double Calibrate()
    {
        var best = 0.0;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var start = Stopwatch.GetTimestamp();
            if (!QueryThreadCycleTime(CurrentThread, out var before))
            {
                return double.PositiveInfinity;
            }

            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(1))
            {
            }

            QueryThreadCycleTime(CurrentThread, out var after);
            best = Math.Max(best, (after - before) / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return 1 / best;
    }

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryThreadCycleTime(nint thread, out ulong cycles);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryProcessCycleTime(nint process, out ulong cycles);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetThreadTimes(nint thread, out long creation, out long exit, out long kernel, out long user);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetProcessTimes(nint process, out long creation, out long exit, out long kernel, out long user);

    [LibraryImport("kernel32")]
    private static partial nint OpenThread(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint id);

    [LibraryImport("kernel32")]
    private static partial uint GetCurrentThreadId();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}
