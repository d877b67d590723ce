using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>A ring of posted buffers for the packets of one IP precedence, as a network card has one for each: it fills as time passes, and what finds it full is lost. Only the port's thread uses it; what was lost may be read by any.</summary>
internal sealed class OfferedRing(ArrivalShare share, BufferPool stock) : IDisposable
{
    /// <summary>Buffers of a ring.</summary>
    public const int Length = 4096;

    private readonly Queue<PacketBuffer> _posted = new(Length);
    private readonly Queue<long> _waiting = new(Length);
    private long _seen;
    private long _lost;

    /// <summary>The precedence of its packets.</summary>
    public int Precedence => share.Precedence;

    /// <summary>Whether no packet waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Packets that found it full in this trial.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Forgets the trial before.</summary>
    public void Begin()
    {
        _waiting.Clear();
        _seen = 0;
        Volatile.Write(ref _lost, 0);
    }

    /// <summary>Takes in its packets among the first so many of the load: the oldest fill it, those that come while it is full are the ones that are lost. Returns how many were.</summary>
    public long Fill(long arrived)
    {
        var due = share.Among(arrived);
        if (due == _seen && IsEmpty)
        {
            return 0;
        }

        // Posted with what they are for, so that a look in vain costs nothing that the next would have cost.
        while (_posted.Count < Length && stock.TryRent() is { } packet)
        {
            _posted.Enqueue(packet);
        }

        var kept = Math.Min(due, _seen + _posted.Count - _waiting.Count);
        for (var own = _seen; own < kept; own++)
        {
            _waiting.Enqueue(share.NumberOf(own));
        }

        var lost = due - Math.Max(kept, _seen);
        _seen = due;
        Volatile.Write(ref _lost, _lost + lost);
        return lost;
    }

    /// <summary>Takes the number of the oldest packet and the buffer it is for; false when none waits.</summary>
    public bool TryTake(out long number, [NotNullWhen(true)] out PacketBuffer? packet)
    {
        packet = _waiting.TryDequeue(out number) ? _posted.Dequeue() : null;
        return packet is not null;
    }

    /// <summary>Gives the posted buffers back: no packets arrive until the next trial, and others may use the stock meanwhile.</summary>
    public void Release()
    {
        _waiting.Clear();
        while (_posted.TryDequeue(out var packet))
        {
            packet.Return();
        }
    }

    /// <summary>Gives the posted buffers back.</summary>
    public void Dispose() => Release();
}
