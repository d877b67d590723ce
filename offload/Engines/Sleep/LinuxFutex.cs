using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Sleep;

/// <summary>Sleeping on a word by futex(2), between threads of this process.</summary>
internal static partial class LinuxFutex
{
    private const int WaitPrivate = 0 | 128;
    private const int WakePrivate = 1 | 128;
    private const int One = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // asm/unistd_64.h for x86-64, asm-generic/unistd.h for all later architectures.
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    public static void Wait(ref int word, int value) => syscall(Number, ref word, WaitPrivate, value, 0, 0, 0);

    /// <summary>The same, at most so long.</summary>
    public static void Wait(ref int word, int value, TimeSpan patience)
    {
        var nanoseconds = (long)patience.TotalNanoseconds;
        syscall(Number, ref word, WaitPrivate, value, new TimeSpec(nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond), 0, 0);
    }

    public static void Wake(ref int word) => syscall(Number, ref word, WakePrivate, One, 0, 0, 0);

    public static void WakeAll(ref int word) => syscall(Number, ref word, WakePrivate, int.MaxValue, 0, 0, 0);

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, ref int word, int operation, int value, nint timeout, nint second, nint third);

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, ref int word, int operation, int value, in TimeSpec timeout, nint second, nint third);

    // struct timespec of a 64-bit kernel.
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
