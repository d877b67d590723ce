using System.Runtime.InteropServices;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>Keeps the calling thread on one processor: a sender that moves between two sendings overtakes itself, for the kernel has a backlog per processor.</summary>
internal sealed class ProcessorPin : IDisposable
{
    private readonly ulong _before;

    /// <summary>Pins to the <paramref name="turn"/>th of the processors the thread may use, counted round.</summary>
    public ProcessorPin(int turn)
    {
        _ = GetAffinity(0, sizeof(ulong), out _before);
        var mask = _before;
        for (var skips = turn % Math.Max(1, int.CreateChecked(ulong.PopCount(mask))); skips > 0; skips--)
        {
            mask &= mask - 1;
        }

        mask &= ~mask + 1;
        _ = SetAffinity(0, sizeof(ulong), in mask);
    }

    /// <summary>Lets the thread go; it must be the one that made this.</summary>
    public void Dispose() => _ = SetAffinity(0, sizeof(ulong), in _before);

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAffinity(int thread, nint size, out ulong mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nint size, in ulong mask);
}
