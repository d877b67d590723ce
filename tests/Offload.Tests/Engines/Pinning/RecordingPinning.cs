using System.Collections.Concurrent;
using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

/// <summary>A machine of sixteen processors that notes where a thread is bound to, <see cref="ThreadBinding.None"/> where it is let go, and whether it defers.</summary>
internal sealed class RecordingPinning : IThreadPinning
{
    public ConcurrentQueue<int> Taken { get; } = [];

    public bool Defers { get; private set; }

    /// <summary>Whether the thread is of a kind that is left alone, as one of real time.</summary>
    public bool RefusesToDefer { get; init; }

    /// <summary>How often it was asked to defer or not to.</summary>
    public int AskedToDefer { get; private set; }

    public IReadOnlyList<int> Allowed() => [.. Enumerable.Range(0, 16)];

    public bool TryPin(int processor)
    {
        Taken.Enqueue(processor);
        return true;
    }

    public bool TryDefer(bool defers)
    {
        AskedToDefer++;
        Defers = defers && !RefusesToDefer;
        return !RefusesToDefer;
    }

    public bool TryRelease(IReadOnlyList<int> processors)
    {
        Taken.Enqueue(ThreadBinding.None);
        return true;
    }
}
