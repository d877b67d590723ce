using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters;

/// <summary>Swaps who sends and who receives in an IPv4 packet, so that one marked packet serves both directions; the checksums stay right, for a sum does not mind the order.</summary>
internal static class TurnedPacket
{
    private const int SourceAt = 12;
    private const int DestinationAt = 16;

    /// <summary>The same packet the other way; ports are swapped for UDP.</summary>
    public static byte[] Of(ReadOnlySpan<byte> packet)
    {
        var turned = packet.ToArray();
        Turn(turned);
        return turned;
    }

    /// <summary>Turns what stands in a batch from slot <paramref name="first"/> on.</summary>
    public static void Turn(PacketBatch batch, int first)
    {
        for (var i = first; i < batch.Count; i++)
        {
            if (Ipv4View.TryView(batch[i]!.Packet, out _))
            {
                Turn(batch[i]!.Packet);
            }
        }
    }

    private static void Turn(Span<byte> packet)
    {
        var source = BinaryPrimitives.ReadUInt32BigEndian(packet[SourceAt..]);
        var destination = BinaryPrimitives.ReadUInt32BigEndian(packet[DestinationAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[SourceAt..], destination);
        BinaryPrimitives.WriteUInt32BigEndian(packet[DestinationAt..], source);
        if (packet[9] == IpProtocol.Udp)
        {
            var ports = BinaryPrimitives.ReadUInt32BigEndian(packet[Ipv4View.MinimumHeaderLength..]);
            BinaryPrimitives.WriteUInt32BigEndian(packet[Ipv4View.MinimumHeaderLength..], (ports << 16) | (ports >> 16));
        }
    }
}
