using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Accounting;

/// <summary>getrusage(2) of the process.</summary>
internal static partial class ResourceUsage
{
    private const int Self = 0;

    /// <summary>Times a thread of the process lost its CPU though it could have gone on; null where the system does not say.</summary>
    public static long? InvoluntarySwitches() =>
        OperatingSystem.IsLinux() && getrusage(Self, out var usage) == 0 ? usage.InvoluntarySwitches : null;

    [LibraryImport("libc")]
    private static partial int getrusage(int who, out Usage usage);

    // Two timevals and fourteen longs; ru_nivcsw is the last.
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Usage
    {
        [FieldOffset(136)]
        public long InvoluntarySwitches;
    }
}
