using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Pinning;

/// <summary>Binding by sched_setaffinity(2).</summary>
public sealed partial class LinuxPinning : IThreadPinning
{
    private const int CallingThread = 0;
    private const int OrdinaryPolicy = 0;
    private const int BatchPolicy = 3;

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

        if (!TryBind([processor]))
        {
            return false;
        }

        ThreadBinding.Processor = processor;
        return true;
    }

    /// <summary>By SCHED_BATCH of sched(7): such a thread interrupts nobody when it is woken, and has its share of the processor as before.</summary>
    public bool TryDefer(bool defers)
    {
        // What an operator made of it, as a thread of real time, is left alone.
        var (from, to) = defers ? (OrdinaryPolicy, BatchPolicy) : (BatchPolicy, OrdinaryPolicy);
        return sched_getscheduler(CallingThread) == from && sched_setscheduler(CallingThread, to, 0) == 0;
    }

    /// <inheritdoc/>
    public bool TryRelease(IReadOnlyList<int> processors)
    {
        ArgumentNullException.ThrowIfNull(processors);
        Span<int> all = stackalloc int[processors.Count];
        for (var at = 0; at < all.Length; at++)
        {
            all[at] = processors[at];
        }

        if (!TryBind(all))
        {
            return false;
        }

        ThreadBinding.Processor = ThreadBinding.None;
        return true;
    }

    // General threads move between packets, where nothing is allocated.
    private static bool TryBind(ReadOnlySpan<int> processors)
    {
        Span<ulong> mask = stackalloc ulong[MaskWords];
        mask.Clear();
        foreach (var processor in processors)
        {
            mask[processor / 64] |= 1UL << (processor % 64);
        }

        return sched_setaffinity(CallingThread, MaskBytes, mask) == 0;
    }

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nint bytes, ReadOnlySpan<ulong> mask);

    [LibraryImport("libc")]
    private static partial int sched_getscheduler(int thread);

    // struct sched_param holds the priority alone.
    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, in int priority);

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nint bytes, [In, Out] ulong[] mask);
}
