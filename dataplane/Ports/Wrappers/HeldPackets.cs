using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ports.Wrappers;

/// <summary>Packets a <see cref="FaultyPort"/> holds back, each until so many packets have passed it or until its time; a bounded list in the order of holding.</summary>
internal sealed class HeldPackets
{
    private readonly Hold[] _holds = new Hold[256];

    /// <summary>Packets in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another one fits.</summary>
    public bool IsFull => Count == _holds.Length;

    /// <summary>When the first packet held for a time goes on, in ticks of the clock; null when there is none.</summary>
    public long? NextDue
    {
        get
        {
            // One plan has one delay, so the first held is the first due.
            for (var i = 0; i < Count; i++)
            {
                if (_holds[i].DueAt is not 0)
                {
                    return _holds[i].DueAt;
                }
            }

            return null;
        }
    }

    /// <summary>Holds a packet until <paramref name="passes"/> others passed it, or for <paramref name="dueAt"/> not 0 until that tick.</summary>
    public void Add(PacketBuffer packet, FaultKind fault, int passes, long dueAt) => _holds[Count++] = new Hold(packet, fault, passes, dueAt, false);

    /// <summary>One packet went on before all that are held.</summary>
    public void CountPass()
    {
        for (var i = 0; i < Count; i++)
        {
            ref var hold = ref _holds[i];
            hold = hold with { PassesLeft = hold.PassesLeft - 1, WasPassed = true };
        }
    }

    /// <summary>Takes the first packet that was passed often enough or whose time has come; null when none may go.</summary>
    public PacketBuffer? TakeDue(long now, out FaultKind fault)
    {
        for (var i = 0; i < Count; i++)
        {
            var hold = _holds[i];
            if (hold.DueAt is 0 ? hold.PassesLeft <= 0 : hold.DueAt <= now)
            {
                return TakeAt(i, out fault);
            }
        }

        fault = FaultKind.None;
        return null;
    }

    /// <summary>Takes the packet held longest; null when there is none.</summary>
    public PacketBuffer? TakeFirst(out FaultKind fault)
    {
        fault = FaultKind.None;
        return Count == 0 ? null : TakeAt(0, out fault);
    }

    private PacketBuffer TakeAt(int index, out FaultKind fault)
    {
        var hold = _holds[index];
        Array.Copy(_holds, index + 1, _holds, index, --Count - index);
        _holds[Count] = default;
        // Not overtaken, hence not out of order.
        fault = hold.Fault == FaultKind.Reorder && !hold.WasPassed ? FaultKind.None : hold.Fault;
        return hold.Packet;
    }

    private readonly record struct Hold(PacketBuffer Packet, FaultKind Fault, int PassesLeft, long DueAt, bool WasPassed);
}
