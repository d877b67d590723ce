using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Holds the few packets that asked for a tunnel until its SA is there, so that the first of a conversation is not lost; bounded in count, octets and time. Each destination asks for itself, since each may be another peer's.</summary>
public sealed class AcquireGate
{
    // A handful: what an application sends before it waits for an answer.
    private const int MostOfOneDestination = 16;
    internal const int MostHeld = 256;
    private const int MostDestinations = 256;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<(PacketBuffer Packet, FlowKey Flow, long At)> _held = new();
    private readonly Dictionary<IpAddress, long> _askedAt = [];

    /// <summary>Keeps the packet and says whether control is to be asked; false as result when it cannot be kept and stays the caller's.</summary>
    public bool TryHold(PacketBuffer packet, in FlowKey flow, TimeProvider time, HeldBudget budget, out bool isAsking)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            isAsking = Asks(flow.Destination, time, now);
            if (_held.Count == MostHeld || CountTo(flow.Destination) == MostOfOneDestination || !budget.TryTake(packet))
            {
                return false;
            }

            _held.Enqueue((packet, flow, now));
            return true;
        }
    }

    /// <summary>Moves what a tunnel can seal by now into a batch, which owns it from there on; with null whatever is held.</summary>
    public void Release(PacketBatch batch, HeldBudget budget, Tunnel? sealer)
    {
        lock (_lock)
        {
            for (var left = _held.Count; left > 0 && !batch.IsFull; left--)
            {
                var entry = _held.Dequeue();
                if (sealer?.Seals(entry.Flow) == false)
                {
                    _held.Enqueue(entry);
                    continue;
                }

                _askedAt.Remove(entry.Flow.Destination);
                budget.GiveBack(entry.Packet);
                batch.Add(entry.Packet);
            }
        }
    }

    /// <summary>Moves what was held for longer than <paramref name="patience"/> into a batch.</summary>
    public void Expire(PacketBatch batch, TimeProvider time, TimeSpan patience, HeldBudget budget)
    {
        lock (_lock)
        {
            for (var left = _held.Count; left > 0 && !batch.IsFull; left--)
            {
                var entry = _held.Dequeue();
                if (time.GetElapsedTime(entry.At) < patience)
                {
                    _held.Enqueue(entry);
                    continue;
                }

                budget.GiveBack(entry.Packet);
                batch.Add(entry.Packet);
            }
        }
    }

    private bool Asks(IpAddress destination, TimeProvider time, long now)
    {
        if (_askedAt.TryGetValue(destination, out var askedAt) && time.GetElapsedTime(askedAt, now) < AskAgainAfter)
        {
            return false;
        }

        if (_askedAt.Count >= MostDestinations)
        {
            foreach (var (other, at) in _askedAt)
            {
                if (time.GetElapsedTime(at, now) >= AskAgainAfter)
                {
                    _askedAt.Remove(other);
                }
            }

            // Whoever sends to every address there is has asked often enough.
            if (_askedAt.Count >= MostDestinations)
            {
                return false;
            }
        }

        _askedAt[destination] = now;
        return true;
    }

    private int CountTo(IpAddress destination)
    {
        var count = 0;
        foreach (var entry in _held)
        {
            count += entry.Flow.Destination == destination ? 1 : 0;
        }

        return count;
    }
}
