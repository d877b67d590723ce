using System.Collections.Concurrent;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Windows;

/// <summary>What handles have read for a face and the line has not taken yet, in its order; the first reading may be taken in part.</summary>
internal sealed class CaptureReadings(CaptureFace face) : IPacketQueue
{
    private readonly ConcurrentQueue<CaptureArena> _full = new();
    private CaptureArena? _current;

    /// <inheritdoc/>
    public bool HasWaiting => _current is not null || !_full.IsEmpty;

    /// <summary>Adds a reading, from whatever thread read it.</summary>
    public void Add(CaptureArena arena) => _full.Enqueue(arena);

    /// <inheritdoc/>
    public DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue)
    {
        while (batch.Count < limit && octets > 0)
        {
            if (_current is null && !_full.TryDequeue(out _current))
            {
                return DrainResult.Empty;
            }

            var hasBuffers = face.TakeOut(_current, batch, limit, ref octets);
            if (_current.IsEmpty)
            {
                _current.Owner.GiveBack(_current);
                _current = null;
            }

            if (!hasBuffers)
            {
                return DrainResult.Starved;
            }
        }

        return DrainResult.Full;
    }
}
