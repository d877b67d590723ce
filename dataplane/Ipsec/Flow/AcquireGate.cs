using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Holds the few packets that asked for a tunnel until its SA is there, so that the first of a conversation is not lost.</summary>
public sealed class AcquireGate
{
    // A handful: what an application sends before it waits for an answer.
    private const int MostHeld = 16;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<PacketBuffer> _held = new();
    private long? _askedAt;

    /// <summary>Keeps the packet and says whether control is to be asked; false as result when it cannot be kept and stays the caller's.</summary>
    public bool TryHold(PacketBuffer packet, TimeProvider time, out bool isAsking)
    {
        lock (_lock)
        {
            isAsking = _askedAt is not { } askedAt || time.GetElapsedTime(askedAt) >= AskAgainAfter;
            if (isAsking)
            {
                _askedAt = time.GetTimestamp();
            }

            if (_held.Count == MostHeld)
            {
                return false;
            }

            _held.Enqueue(packet);
            return true;
        }
    }

    /// <summary>Moves what is held into a batch, which owns it from there on.</summary>
    public void Release(PacketBatch batch)
    {
        lock (_lock)
        {
            _askedAt = null;
            while (!batch.IsFull && _held.TryDequeue(out var packet))
            {
                batch.Add(packet);
            }
        }
    }
}
