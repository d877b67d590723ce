using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Accounting;

/// <summary>CPU clocks of POSIX threads and of the process, in nanoseconds.</summary>
internal static partial class LinuxClock
{
    private const int ProcessCpuTime = 2;
    private const int ThreadCpuTime = 3;

    /// <summary>CPU time of the process.</summary>
    public static long Process => Read(ProcessCpuTime);

    /// <summary>CPU time of the calling thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ThisThread() => Read(ThreadCpuTime);

    /// <summary>The number by which any thread of the process can read the calling thread's clock; 0 where there is none.</summary>
    public static int IdOfThisThread() => pthread_getcpuclockid(pthread_self(), out var id) == 0 ? id : 0;

    /// <summary>CPU time of the thread with that clock; -1 once the thread ended.</summary>
    public static long Read(int id) => clock_gettime(id, out var time) == 0 ? (time.Seconds * 1_000_000_000L) + time.Nanoseconds : -1;

    // A short call that neither blocks nor calls back, so the switch of the collector's mode can be spared.
    [LibraryImport("libc"), SuppressGCTransition]
    private static partial int clock_gettime(int id, out Timespec time);

    [LibraryImport("libc")]
    private static partial nint pthread_self();

    [LibraryImport("libc")]
    private static partial int pthread_getcpuclockid(nint thread, out int id);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
