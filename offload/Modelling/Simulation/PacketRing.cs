namespace IpsecDp.Modelling.Simulation;

/// <summary>Packets of one IP precedence that wait for a general processor, oldest first; it grows up to its length and refuses what is beyond.</summary>
internal sealed class PacketRing(int precedence, int length)
{
    private WaitingPacket[] _packets = new WaitingPacket[Math.Min(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(length, 1 << 30)))];
    private int _first;

    public int Precedence => precedence;

    public int Count { get; private set; }

    /// <summary>Appends one; false where it is lost.</summary>
    public bool TryAdd(double at, int lane, int octets)
    {
        if (Count == length)
        {
            return false;
        }

        if (Count == _packets.Length)
        {
            Grow();
        }

        ref var packet = ref _packets[(_first + Count++) & (_packets.Length - 1)];
        (packet.At, packet.Lane, packet.Octets) = (at, lane, octets);
        return true;
    }

    /// <summary>Takes the oldest; there is one.</summary>
    public ref readonly WaitingPacket Take()
    {
        ref var packet = ref _packets[_first];
        _first = (_first + 1) & (_packets.Length - 1);
        Count--;
        return ref packet;
    }

    private void Grow()
    {
        var larger = new WaitingPacket[2 * _packets.Length];
        var head = _packets.AsSpan(_first);
        head.CopyTo(larger);
        _packets.AsSpan(0, _first).CopyTo(larger.AsSpan(head.Length));
        (_packets, _first) = (larger, 0);
    }
}
