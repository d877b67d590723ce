using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.TestKit.Ports;

/// <summary>IPv4/UDP packets that carry a number at the end of each segment, so that order, loss and doubling can be told whatever a kernel did to the headers.</summary>
public static class MarkedPacket
{
    /// <summary>Octets of the shortest marked packet.</summary>
    public const int MinimumLength = HeaderLength + MarkLength;

    /// <summary>Octets before the payload.</summary>
    public const int HeaderLength = Ipv4View.MinimumHeaderLength + UdpView.HeaderLength;

    private const int MarkLength = 8;
    private const uint Magic = 0x6D61726B;

    /// <summary>A packet of <paramref name="length"/> octets with right checksums, between documentation addresses (RFC 5737).</summary>
    public static byte[] Build(int number, int length) => Build(number, length, IpAddress.ReadV4([192, 0, 2, 1]), IpAddress.ReadV4([198, 51, 100, 1]), 4096, 4097);

    /// <summary>The same between the given addresses and ports.</summary>
    public static byte[] Build(int number, int length, IpAddress source, IpAddress destination, ushort sourcePort, ushort destinationPort)
    {
        var packet = new byte[length];
        Fill(packet.AsSpan(HeaderLength), number);
        WriteHeaders(packet, source, destination, sourcePort, destinationPort);
        return packet;
    }

    /// <summary>A UDP superframe of <paramref name="count"/> payloads of <paramref name="size"/> octets numbered from <paramref name="firstNumber"/>, and how it divides.</summary>
    public static (byte[] Octets, Segmentation Segments) BuildSuperframe(int firstNumber, int count, int size)
    {
        var packet = new byte[HeaderLength + (count * size)];
        for (var i = 0; i < count; i++)
        {
            Fill(packet.AsSpan(HeaderLength + (i * size), size), firstNumber + i);
        }

        WriteHeaders(packet, IpAddress.ReadV4([192, 0, 2, 1]), IpAddress.ReadV4([198, 51, 100, 1]), 4096, 4097);
        return (packet, new Segmentation(SegmentKind.Udp, (ushort)size, HeaderLength, true));
    }

    /// <summary>The number at the end of a packet; false for one that this class did not build, or that lost its end.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> packet, out int number)
    {
        number = 0;
        if (packet.Length < MarkLength || BinaryPrimitives.ReadUInt32BigEndian(packet[^MarkLength..]) != Magic)
        {
            return false;
        }

        number = BinaryPrimitives.ReadInt32BigEndian(packet[^4..]);
        return true;
    }

    /// <summary>The numbers of all segments of a packet or superframe; empty for foreign traffic.</summary>
    public static IReadOnlyList<int> ReadNumbers(ReadOnlySpan<byte> packet, Segmentation segments)
    {
        var numbers = new List<int>();
        if (segments.Kind == SegmentKind.None)
        {
            if (TryReadNumber(packet, out var only))
            {
                numbers.Add(only);
            }

            return numbers;
        }

        for (var at = (int)segments.HeaderLength; at < packet.Length; at += segments.Size)
        {
            var end = Math.Min(at + segments.Size, packet.Length);
            if (TryReadNumber(packet[at..end], out var number))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    private static void Fill(Span<byte> payload, int number)
    {
        for (var i = 0; i < payload.Length - MarkLength; i++)
        {
            payload[i] = (byte)((number * 31) + i);
        }

        BinaryPrimitives.WriteUInt32BigEndian(payload[^MarkLength..], Magic);
        BinaryPrimitives.WriteInt32BigEndian(payload[^4..], number);
    }

    private static void WriteHeaders(Span<byte> packet, IpAddress source, IpAddress destination, ushort sourcePort, ushort destinationPort)
    {
        new IpHeaderFields(source, destination, IpProtocol.Udp, HopLimit: 64).Write(packet);
        UdpView.Write(packet[Ipv4View.MinimumHeaderLength..], sourcePort, destinationPort).UpdateChecksum(source, destination);
    }
}
