using System.Buffers.Binary;

namespace IpsecDp.Workloads.OpenLoop;

/// <summary>The sixteen octets at the end of an open load's packet: when it arrived, its number, its flow and its trial.</summary>
public readonly record struct ArrivalStamp(long DueAt, uint Number, ushort Flow, byte Class, byte Trial)
{
    /// <summary>Octets of a stamp.</summary>
    public const int Length = 16;

    /// <summary>Octets of the smallest packet that carries one: an IPv4 and a TCP header, and the stamp.</summary>
    public const int SmallestPacket = 56;

    /// <summary>Writes it over the end of a packet.</summary>
    public void Write(Span<byte> packet)
    {
        var place = packet[^Length..];
        BinaryPrimitives.WriteInt64LittleEndian(place, DueAt);
        BinaryPrimitives.WriteUInt32LittleEndian(place[8..], Number);
        BinaryPrimitives.WriteUInt16LittleEndian(place[12..], Flow);
        place[14] = Class;
        place[15] = Trial;
    }

    /// <summary>Reads it; false for a packet too short to carry one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out ArrivalStamp stamp)
    {
        stamp = default;
        if (packet.Length < SmallestPacket)
        {
            return false;
        }

        var place = packet[^Length..];
        stamp = new ArrivalStamp(
            BinaryPrimitives.ReadInt64LittleEndian(place),
            BinaryPrimitives.ReadUInt32LittleEndian(place[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(place[12..]),
            place[14],
            place[15]);
        return true;
    }
}
