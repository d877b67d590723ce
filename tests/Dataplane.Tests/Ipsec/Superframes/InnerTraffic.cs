using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>Clear packets of a few flows at once, mostly streams, with everything among them that keeps packets apart.</summary>
internal sealed class InnerTraffic(Random random, int size = 1300)
{
    private const int Flows = 5;

    private readonly uint[] _sequences = [1, 0xFFFF_F000, 77, 0x7FFF_FFFF, 5];
    private readonly ushort[] _identifications = [1, 0xFFF0, 77, 0x7FFF, 5];
    private int _flow;

    /// <summary>The next packet, of at most 1380 octets.</summary>
    public byte[] Next()
    {
        // Runs of one flow, mostly.
        _flow = random.Next(4) == 0 ? random.Next(Flows) : _flow;
        return random.Next(12) == 0 ? Odd() : Stream(random.Next(10) == 0 ? random.Next(1, size) : size);
    }

    private byte[] Stream(int length)
    {
        var flags = (byte)(TcpView.Ack | (random.Next(12) == 0 ? TcpView.Psh : 0) | (random.Next(40) == 0 ? TcpView.Fin : 0) | (random.Next(40) == 0 ? TcpView.Cwr : 0) | (random.Next(30) == 0 ? TcpView.Ece : 0));
        var builder = _flow % 2 == 0 ? Tcp(flags) : PacketBuilder.Udp(Source, Destination, (ushort)(6000 + _flow), 53);
        builder.Identification(_identifications[_flow]++).Payload(Octets(length)).Tos((byte)(random.Next(20) == 0 ? random.Next(4) : 0)).HopLimit((byte)(random.Next(40) == 0 ? random.Next(1, 3) : 64));
        _sequences[_flow] += (uint)length + (random.Next(30) == 0 ? 1u : 0u);
        return builder.Build();
    }

    private byte[] Odd() => random.Next(9) switch
    {
        0 => Tcp(TcpView.Ack).Payload(0).Build(),
        1 => Tcp(TcpView.Syn).Build(),
        2 => PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 6000, 53).Payload(Octets(600)).Fragment(0, more: true).Build(),
        3 => PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 6000, 53).Payload(Octets(600)).Fragment(608, more: false).Build(),
        4 => WithoutChecksum(PacketBuilder.Udp("10.1.0.1", "10.2.0.2", 6000, 53).Payload(Octets(size)).Build()),
        5 => Tcp(TcpView.Ack).WrongChecksum().Payload(Octets(size)).Build(),
        6 => PacketBuilder.Tcp("10.1.0.1", "10.2.0.2", 6000, 80).Options(7, 7, 4, 0, 0, 0, 0).Payload(Octets(size)).Build(),
        7 => PacketBuilder.Udp("fd00::1", "fd00::2", 6000, 53).Extension(IpProtocol.HopByHop, 5, 2).Payload(Octets(500)).Build(),
        _ => PacketBuilder.Icmp("10.1.0.1", "10.2.0.2", IcmpType.Echo, 0, 1).Payload(Octets(300)).Build(),
    };

    private string Source => _flow < 3 ? "10.1.0.1" : "fd00::1";

    private string Destination => _flow < 3 ? "10.2.0.2" : "fd00::2";

    private PacketBuilder Tcp(byte flags) => PacketBuilder.Tcp(Source, Destination, (ushort)(5000 + _flow), 80, _sequences[_flow], flags: flags).Identification(_identifications[_flow]);

    private byte[] Octets(int length)
    {
        var octets = new byte[length];
        random.NextBytes(octets);
        return octets;
    }

    private static byte[] WithoutChecksum(byte[] packet)
    {
        (packet[26], packet[27]) = (0, 0);
        return packet;
    }
}
