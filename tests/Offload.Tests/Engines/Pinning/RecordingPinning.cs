using System.Collections.Concurrent;
using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

/// <summary>A machine of sixteen processors that notes where a thread is bound to, <see cref="ThreadBinding.None"/> where it is let go, and whether it defers.</summary>
internal sealed class RecordingPinning : IThreadPinning
{
    public ConcurrentQueue<int> Taken { get; } = [];

    public bool Defers { get; private set; }

    public IReadOnlyList<int> Allowed() => [.. Enumerable.Range(0, 16)];

    public bool TryPin(int processor)
    {
        Taken.Enqueue(processor);
        return true;
    }

    public bool TryDefer(bool defers)
    {
        Defers = defers;
        return true;
    }

    public bool TryRelease(IReadOnlyList<int> processors)
    {
        Taken.Enqueue(ThreadBinding.None);
        return true;
    }
}
