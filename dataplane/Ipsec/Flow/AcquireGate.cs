using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Holds the few packets that asked for a tunnel until its SA is there, so that the first of a conversation is not lost; bounded in count, octets and time.</summary>
public sealed class AcquireGate
{
    // A handful: what an application sends before it waits for an answer.
    private const int MostHeld = 16;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<(PacketBuffer Packet, long At)> _held = new();
    private long? _askedAt;

    /// <summary>Keeps the packet and says whether control is to be asked; false as result when it cannot be kept and stays the caller's.</summary>
    public bool TryHold(PacketBuffer packet, TimeProvider time, HeldBudget budget, out bool isAsking)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            isAsking = _askedAt is not { } askedAt || time.GetElapsedTime(askedAt, now) >= AskAgainAfter;
            if (isAsking)
            {
                _askedAt = now;
            }

            if (_held.Count == MostHeld || !budget.TryTake(packet))
            {
                return false;
            }

            _held.Enqueue((packet, now));
            return true;
        }
    }

    /// <summary>Moves what is held into a batch, which owns it from there on.</summary>
    public void Release(PacketBatch batch, HeldBudget budget)
    {
        lock (_lock)
        {
            _askedAt = null;
            while (!batch.IsFull && _held.Count > 0)
            {
                Move(batch, budget);
            }
        }
    }

    /// <summary>Moves what was held for longer than <paramref name="patience"/> into a batch.</summary>
    public void Expire(PacketBatch batch, TimeProvider time, TimeSpan patience, HeldBudget budget)
    {
        lock (_lock)
        {
            while (!batch.IsFull && _held.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= patience)
            {
                Move(batch, budget);
            }
        }
    }

    private void Move(PacketBatch batch, HeldBudget budget)
    {
        var (packet, _) = _held.Dequeue();
        budget.GiveBack(packet);
        batch.Add(packet);
    }
}
