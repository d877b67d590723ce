using System.Buffers.Binary;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.TestKit.Line;

/// <summary>ESP that travels under UDP without a test knowing: what it sees, and what it gives, is plain ESP.</summary>
internal static class Disguise
{
    /// <summary>No port of any test.</summary>
    public const ushort Port = 4501;

    /// <summary>The ESP packet in UDP; null for any other packet, and for an SPI that goes without. <paramref name="isJoinable"/> says that nothing stands between IP and UDP header.</summary>
    public static byte[]? TryPutOn(byte[] packet, Func<uint, SaMode?> disguised, out bool isJoinable, out bool isTunnel)
    {
        (isJoinable, isTunnel) = (false, false);
        if (!IpPacketView.TryView(packet, out var view) || view.Octets.Length != packet.Length || view.IsFragment || view.Protocol != IpProtocol.Esp
            || view.Payload.Length < 8 || disguised(BinaryPrimitives.ReadUInt32BigEndian(view.Payload)) is not { } mode)
        {
            return null;
        }

        (isJoinable, isTunnel) = (view.PayloadAt == (view.Version == IpVersion.V4 ? 20 : 40), mode == SaMode.Tunnel);
        var udp = new byte[UdpView.HeaderLength];
        UdpView.Write(udp, Port, Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)(udp.Length + view.Payload.Length));
        return WithHeader(packet, view.ProtocolFieldAt, IpProtocol.Udp, [.. packet[..view.PayloadAt], .. udp, .. packet[view.PayloadAt..]], view.PayloadAt);
    }

    /// <summary>The packet without its disguise, or as it is.</summary>
    public static byte[] TakeOff(byte[] packet)
    {
        if (!IpPacketView.TryView(packet, out var view) || view.IsFragment || view.Protocol != IpProtocol.Udp
            || !UdpView.TryView(view.Payload, out var udp) || (udp.SourcePort, udp.DestinationPort) != (Port, Port))
        {
            return packet;
        }

        return WithHeader(packet, view.ProtocolFieldAt, IpProtocol.Esp, [.. packet[..view.PayloadAt], .. packet[(view.PayloadAt + UdpView.HeaderLength)..]], view.PayloadAt);
    }

    /// <summary>Whether one superframe can stand for the packets of a run and one more: equal headers, and none longer than the first or behind a shorter one. The identification of a tunnel's outer header is lost, as in a socket; that of transport mode is the host's own.</summary>
    public static bool MayFollow(List<byte[]> run, byte[] packet, bool isTunnel)
    {
        var (first, last) = (run[0], run[^1]);
        return (isTunnel || first[0] >> 4 == 6 || first.AsSpan(4, 2).SequenceEqual(packet.AsSpan(4, 2))) && last.Length == first.Length && packet.Length <= first.Length && Header(first).SequenceEqual(Header(packet));
    }

    // Without lengths, identification and checksums.
    private static byte[] Header(byte[] packet) => packet[0] >> 4 == 4 ? [packet[0], packet[1], .. packet[6..10], .. packet[12..24]] : [.. packet[..4], .. packet[6..44]];

    private static byte[] WithHeader(byte[] former, int protocolAt, byte protocol, byte[] packet, int headerLength)
    {
        packet[protocolAt] = protocol;
        if (former[0] >> 4 == 6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40));
            return packet;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        (packet[10], packet[11]) = (0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), NaiveChecksum.Compute(packet.AsSpan(0, headerLength)));
        return packet;
    }
}
