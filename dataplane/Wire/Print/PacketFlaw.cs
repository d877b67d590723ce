using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Print;

/// <summary>Names what keeps octets from being an IP packet.</summary>
internal static class PacketFlaw
{
    /// <summary>Writes the flaw of octets that <see cref="IpPacketView.TryView"/> refused.</summary>
    public static void Write(ReadOnlySpan<byte> octets, ref LineWriter line)
    {
        if (octets.IsEmpty)
        {
            line.Add("[empty]");
            return;
        }

        switch (octets[0] >> 4)
        {
            case (int)IpVersion.V4:
                WriteV4(octets, ref line);
                break;

            case (int)IpVersion.V6:
                WriteV6(octets, ref line);
                break;

            default:
                line.Add("[unknown IP version ");
                line.Add(octets[0] >> 4);
                line.Add(", length ");
                line.Add(octets.Length);
                line.Add("]");
                break;
        }
    }

    private static void WriteV4(ReadOnlySpan<byte> octets, ref LineWriter line)
    {
        if (octets.Length < Ipv4View.MinimumHeaderLength)
        {
            Write("IP [header cut off at ", octets.Length, ref line);
            return;
        }

        var headerLength = (octets[0] & 0x0F) * 4;
        var totalLength = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (headerLength < Ipv4View.MinimumHeaderLength)
        {
            Write("IP [malformed: header length ", headerLength, ref line);
            return;
        }

        line.Add("IP [malformed: header length ");
        line.Add(headerLength);
        line.Add(", total length ");
        line.Add(totalLength);
        Write(" of ", octets.Length, ref line);
    }

    private static void WriteV6(ReadOnlySpan<byte> octets, ref LineWriter line)
    {
        if (octets.Length < Ipv6View.HeaderLength)
        {
            Write("IP6 [header cut off at ", octets.Length, ref line);
            return;
        }

        var payloadLength = BinaryPrimitives.ReadUInt16BigEndian(octets[4..]);
        if (Ipv6View.HeaderLength + payloadLength > octets.Length)
        {
            line.Add("IP6 [malformed: payload length ");
            line.Add(payloadLength);
            Write(" of ", octets.Length - Ipv6View.HeaderLength, ref line);
            return;
        }

        Write("IP6 [malformed: extension headers, payload length ", payloadLength, ref line);
    }

    private static void Write(ReadOnlySpan<char> text, int number, ref LineWriter line)
    {
        line.Add(text);
        line.Add(number);
        line.Add("]");
    }
}
