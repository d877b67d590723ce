using System.Diagnostics;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters;

/// <summary>The order in which a port takes what waits: marked packets first where they have a queue of their own, looked for every 50 µs and before each wait; a batch holds marked packets or bulk.</summary>
/// <remarks>For the thread that serves the port, whose wait ends as soon as something comes to either queue.</remarks>
internal sealed class MarkedFirst(IPacketQueue routine, IPacketQueue? marked)
{
    /// <summary>Ticks of the stopwatch after which marked packets are looked for again. A look is a system call, and a batch of one superframe takes little more than a dozen of them; what came since the last look waits so long at most.</summary>
    public static readonly long LookAgain = Stopwatch.Frequency / 20_000;

    // When marked packets were looked for in vain; 0 where that is to be done again at once.
    private long _lookedAt;

    // Whether the wait that just ended told that none of them waits.
    private bool _isTold;

    /// <summary>Whether marked packets have a queue of their own.</summary>
    public bool KeepsMarkedApart => marked is not null;

    /// <summary>Whether a marked packet waits in it.</summary>
    public bool HasMarked => marked is { HasWaiting: true };

    /// <summary>Whether any packet waits.</summary>
    public bool HasWaiting => HasMarked || routine.HasWaiting;

    /// <summary>Adds marked packets, or where none wait, others, until the batch holds <paramref name="limit"/> buffers.</summary>
    public DrainResult Drain(PacketBatch batch, int limit) => Drain(batch, limit, marked is null ? 0 : Stopwatch.GetTimestamp());

    /// <summary>The same at a time stamp of the stopwatch.</summary>
    internal DrainResult Drain(PacketBatch batch, int limit, long now)
    {
        if (marked is null)
        {
            return routine.Drain(batch, limit);
        }

        var before = batch.Count;
        if (_isTold)
        {
            (_isTold, _lookedAt) = (false, now);
        }
        else if (now - _lookedAt >= LookAgain)
        {
            var found = DrainMarked(batch, limit);
            if (batch.Count > before || found is DrainResult.Starved or DrainResult.Gone)
            {
                return found;
            }

            _lookedAt = now;
        }

        // Not so many that marked ones wait for them long.
        var result = routine.Drain(batch, limit, PacketBatch.MostRoutineOctets);
        if (batch.Count == before)
        {
            // The thread waits now, and what wakes it may be a marked packet.
            _lookedAt = 0;
        }

        return result;
    }

    /// <summary>Spares the next look for marked packets: the wait that just ended saw none.</summary>
    public void FoundNoMarked() => _isTold = true;

    /// <summary>Adds marked packets alone. Some may be left that no wait would end for, because their reader holds them, so they are looked for again at once.</summary>
    public DrainResult DrainMarked(PacketBatch batch, int limit)
    {
        _lookedAt = 0;
        return marked?.Drain(batch, limit) ?? DrainResult.Empty;
    }
}
