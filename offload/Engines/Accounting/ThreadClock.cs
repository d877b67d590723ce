using System.Runtime.CompilerServices;

namespace IpsecDp.Engines.Accounting;

/// <summary>The CPU clock of one thread, which other threads can read too while it lives; nanoseconds.</summary>
internal sealed class ThreadClock : IDisposable
{
    private static readonly bool IsWindows = OperatingSystem.IsWindows();

    private readonly nint _reference;

    private ThreadClock(nint reference) => _reference = reference;

    /// <summary>CPU time of the process.</summary>
    public static long Process => IsWindows ? WindowsClock.Process : LinuxClock.Process;

    /// <summary>The clock of the calling thread.</summary>
    public static ThreadClock OfThisThread() => new(IsWindows ? WindowsClock.OpenThisThread() : LinuxClock.IdOfThisThread());

    /// <summary>CPU time of the calling thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ThisThread() => IsWindows ? WindowsClock.ThisThread() : LinuxClock.ThisThread();

    /// <summary>CPU time of the thread of this clock, from any thread; -1 once it ended or where it cannot be read.</summary>
    public long Read()
    {
        if (_reference == 0)
        {
            return -1;
        }

        return IsWindows ? WindowsClock.Read(_reference) : LinuxClock.Read((int)_reference);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsWindows && _reference != 0)
        {
            WindowsClock.Close(_reference);
        }
    }
}
