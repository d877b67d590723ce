using System.Buffers.Binary;
using IpsecDp.TestKit.Packets;

namespace IpsecDp.Throughput.Traffic;

/// <summary>A UDP packet over IPv4 whose destination names its SA and whose payload begins with a number, by which a receiver sees loss and disorder.</summary>
internal static class NumberedPacket
{
    /// <summary>Where the number lies: behind the IPv4 and the UDP header.</summary>
    public const int NumberAt = 28;

    /// <summary>The address every packet comes from.</summary>
    public const string Source = "192.0.2.1";

    private const int DestinationAt = 16;
    private const int UdpChecksumAt = 26;

    /// <summary>The address that belongs to an SA by its place.</summary>
    public static string DestinationOf(int sa) => $"10.9.{sa >> 8}.{sa & 0xFF}";

    /// <summary>A packet of <paramref name="length"/> octets for an SA, of a flow of its own for each queue.</summary>
    public static byte[] Build(int sa, int queue, int length)
    {
        var octets = PacketBuilder.Udp(Source, DestinationOf(sa), (ushort)(4000 + queue), 5000).Payload(length - NumberAt).Build();
        // RFC 768: zero stands for no checksum, so the number may change.
        octets.AsSpan(UdpChecksumAt, sizeof(ushort)).Clear();
        return octets;
    }

    /// <summary>The SA's place that the packet's destination says.</summary>
    public static int SaOf(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[(DestinationAt + 2)..]);

    /// <summary>The number in the packet.</summary>
    public static ulong NumberOf(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt64BigEndian(packet[NumberAt..]);

    /// <summary>Writes the number.</summary>
    public static void SetNumber(Span<byte> packet, ulong number) => BinaryPrimitives.WriteUInt64BigEndian(packet[NumberAt..], number);
}
