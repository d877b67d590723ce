using System.Buffers.Binary;

namespace IpsecDp.Crypto;

/// <summary>What a combined cipher authenticates beside the payload: SPI and number, the latter whole when it is extended (RFC 4106 §5, RFC 4309 §5, RFC 7634 §2.1).</summary>
internal static class AssociatedData
{
    /// <summary>SPI and an extended number.</summary>
    public const int MaxLength = 12;

    /// <summary>Writes 8 octets, or 12 with an extended number, and returns how many.</summary>
    public static int Write(Span<byte> aad, ReadOnlySpan<byte> packet, ulong sequence, bool isExtended)
    {
        packet[..PacketGeometry.HeaderLength].CopyTo(aad);
        if (!isExtended)
        {
            return PacketGeometry.HeaderLength;
        }

        WriteHighHalf(aad[4..], sequence);
        packet.Slice(4, 4).CopyTo(aad[8..]);
        return MaxLength;
    }

    /// <summary>Writes the four octets that are authenticated but never sent (RFC 4303 §2.2.1).</summary>
    public static void WriteHighHalf(Span<byte> octets, ulong sequence) =>
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)(sequence >> 32));
}
