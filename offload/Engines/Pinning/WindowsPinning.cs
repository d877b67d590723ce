using System.Runtime.InteropServices;

namespace IpsecDp.Engines.Pinning;

/// <summary>Binding by SetThreadAffinityMask, within the processor group of the process.</summary>
public sealed partial class WindowsPinning : IThreadPinning
{
    private const nint CurrentThread = -2;
    private const nint CurrentProcess = -1;
    private const int MaskBits = 64;

    /// <inheritdoc/>
    public IReadOnlyList<int> Allowed() => GetProcessAffinityMask(CurrentProcess, out var mask, out _)
        ? [.. Enumerable.Range(0, MaskBits).Where(processor => ((ulong)mask >> processor & 1) != 0)]
        : [];

    /// <inheritdoc/>
    public bool TryPin(int processor)
    {
        if (processor is < 0 or >= MaskBits || SetThreadAffinityMask(CurrentThread, (nuint)(1UL << processor)) == 0)
        {
            return false;
        }

        ThreadBinding.Processor = processor;
        return true;
    }

    /// <inheritdoc/>
    public bool TryDefer(bool defers) => false;

    /// <inheritdoc/>
    public bool TryRelease(IReadOnlyList<int> processors)
    {
        ArgumentNullException.ThrowIfNull(processors);
        var mask = 0UL;
        for (var at = 0; at < processors.Count; at++)
        {
            mask |= 1UL << processors[at];
        }

        if (SetThreadAffinityMask(CurrentThread, (nuint)mask) == 0)
        {
            return false;
        }

        ThreadBinding.Processor = ThreadBinding.None;
        return true;
    }

    [LibraryImport("kernel32")]
    private static partial nuint SetThreadAffinityMask(nint thread, nuint mask);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetProcessAffinityMask(nint process, out nuint allowed, out nuint system);
}
