using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Pinning;

/// <summary>Binding by sched_setaffinity(2).</summary>
public sealed partial class LinuxPinning : IThreadPinning
{
    private const int CallingThread = 0;

    // glibc's cpu_set_t: 1024 processors.
    private const int MaskWords = 16;
    private const int MaskBytes = MaskWords * sizeof(ulong);

    /// <inheritdoc/>
    public IReadOnlyList<int> Allowed()
    {
        var mask = new ulong[MaskWords];
        if (sched_getaffinity(CallingThread, MaskBytes, mask) < 0)
        {
            return [];
        }

        return [.. Enumerable.Range(0, MaskWords * 64).Where(processor => (mask[processor / 64] >> (processor % 64) & 1) != 0)];
    }

    /// <inheritdoc/>
    public bool TryPin(int processor)
    {
        if (processor is < 0 or >= MaskWords * 64)
        {
            return false;
        }

        var mask = new ulong[MaskWords];
        mask[processor / 64] = 1UL << (processor % 64);
        if (sched_setaffinity(CallingThread, MaskBytes, mask) != 0)
        {
            return false;
        }

        ThreadBinding.Processor = processor;
        return true;
    }

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nint bytes, [In] ulong[] mask);

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nint bytes, [In, Out] ulong[] mask);
}
