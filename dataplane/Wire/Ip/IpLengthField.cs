using System.Buffers.Binary;

namespace IpsecDp.Wire.Ip;

/// <summary>The length field of a packet whose header is in place but whose length changed, so that no view of it exists yet.</summary>
public static class IpLengthField
{
    /// <summary>Writes the span's length into the header and computes an IPv4 header's checksum afresh; false when the span cannot be a packet of that version.</summary>
    public static bool TrySet(Span<byte> packet, IpVersion version)
    {
        if (version == IpVersion.V6)
        {
            var payloadLength = packet.Length - Ipv6View.HeaderLength;
            if (payloadLength is < 0 or > ushort.MaxValue)
            {
                return false;
            }

            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)payloadLength);
            return true;
        }

        if (packet.Length is < Ipv4View.MinimumHeaderLength or > Ipv4View.MaximumLength)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        if (!Ipv4View.TryView(packet, out var view))
        {
            return false;
        }

        view.UpdateChecksum();
        return true;
    }

    /// <summary>The same, and names at <paramref name="fieldAt"/> what stands behind the header.</summary>
    public static bool TrySet(Span<byte> packet, IpVersion version, int fieldAt, byte protocol)
    {
        if (version == IpVersion.V6)
        {
            packet[fieldAt] = protocol;
            return TrySet(packet, version);
        }

        return packet.Length is >= Ipv4View.MinimumHeaderLength and <= Ipv4View.MaximumLength && Ipv4View.TryReplaceLengthAndProtocol(packet, protocol);
    }
}
