using System.Buffers.Binary;

namespace IpsecDp.Wire.Ipsec;

/// <summary>The octets by which ESP, IKE and keepalives share port 4500 (RFC 3948 §2).</summary>
public static class UdpEncapMarker
{
    /// <summary>Octets of the non-ESP marker.</summary>
    public const int Length = 4;

    /// <summary>The one octet of a NAT keepalive.</summary>
    public const byte KeepaliveOctet = 0xFF;

    /// <summary>Tells what a UDP payload is; ESP without room for SPI and sequence number is <see cref="UdpEncapKind.TooShort"/>.</summary>
    public static UdpEncapKind Classify(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Length)
        {
            return payload.Length == 1 && payload[0] == KeepaliveOctet ? UdpEncapKind.Keepalive : UdpEncapKind.TooShort;
        }

        // RFC 3948 §2.1: an SPI on the wire is never zero, so four zero octets cannot be ESP.
        if (BinaryPrimitives.ReadUInt32BigEndian(payload) == 0)
        {
            return UdpEncapKind.Ike;
        }

        return payload.Length < EspView.HeaderLength ? UdpEncapKind.TooShort : UdpEncapKind.Esp;
    }

    /// <summary>Writes the non-ESP marker over the first 4 octets.</summary>
    public static void Write(Span<byte> payload) => payload[..Length].Clear();
}
