using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Messages.Framing;

/// <summary>Writes fields one behind the other into a room whose length was asked beforehand.</summary>
public ref struct PayloadWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Octets written.</summary>
    public int Position { get; private set; }

    /// <summary>Writes one octet.</summary>
    public void Octet(byte value) => _room[Position++] = value;

    /// <summary>Writes two octets, the high one first.</summary>
    public void Word(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_room[Position..], (ushort)value);
        Position += 2;
    }

    /// <summary>Writes four octets, the high one first.</summary>
    public void DoubleWord(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_room[Position..], value);
        Position += 4;
    }

    /// <summary>Writes reserved octets, which are zero.</summary>
    public void Reserved(int count)
    {
        _room.Slice(Position, count).Clear();
        Position += count;
    }

    /// <summary>Writes octets.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_room[Position..]);
        Position += octets.Length;
    }

    /// <summary>Writes octets.</summary>
    public void Write(Octets octets) => Write(octets.Span);

    /// <summary>Writes the 4 or 16 octets of an address.</summary>
    public void Address(IpAddress address)
    {
        address.WriteTo(_room[Position..]);
        Position += address.Length;
    }
}
