using System.Buffers.Binary;
using IpsecDp.TestKit.Packets;

namespace Windows.Tests.Capture;

/// <summary>What a host answers to an echo request.</summary>
internal static class Echo
{
    private const byte Request = 8;
    private const byte Reply = 0;
    private const byte RequestV6 = 128;
    private const byte ReplyV6 = 129;

    /// <summary>An echo request; the number lies in identifier and sequence number.</summary>
    public static byte[] Ask(string from, string to, int number, int length) =>
        PacketBuilder.Icmp(from, to, from.Contains(':', StringComparison.Ordinal) ? RequestV6 : Request, 0, (uint)number).Payload(length).Build();

    /// <summary>The reply from <paramref name="from"/> to a request, its identifier, number and octets unchanged; null for anything else.</summary>
    public static byte[]? Answer(byte[] packet, string from, string to)
    {
        var at = packet[0] >> 4 == 4 ? (packet[0] & 15) * 4 : 40;
        if (packet[at] is not (Request or RequestV6))
        {
            return null;
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(at + 4));
        return PacketBuilder.Icmp(from, to, packet[at] == Request ? Reply : ReplyV6, 0, number).Payload(packet.AsSpan(at + 8)).Build();
    }

    /// <summary>The number of a request or a reply.</summary>
    public static int NumberOf(byte[] packet) => (int)BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan((packet[0] >> 4 == 4 ? (packet[0] & 15) * 4 : 40) + 4));
}
