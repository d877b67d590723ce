using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.FlowRuns;

/// <summary>Clear packets in runs of one flow, in which now and then a field differs from the packet before.</summary>
internal sealed class RunTraffic(Random random)
{
    private static readonly ushort[] Ports = [80, 81, 82, 83, 84, 85, 86, 87, 90, 91, 99];

    private ushort _port = 80;
    private bool _isTcp = true;
    private bool _isV6;
    private bool _isForwarded = true;
    private byte _tos;
    private byte _hopLimit = 64;
    private bool _isWhole;
    private int _length = 500;
    private ushort _identification = 1;

    public byte[] Next()
    {
        Vary();
        _identification = (ushort)(_identification % 0xFFFE + 1);
        if (random.Next(40) == 0)
        {
            return Odd();
        }

        var builder = _isTcp ? PacketBuilder.Tcp(Source, Destination, 5000, _port) : PacketBuilder.Udp(Source, Destination, 5000, _port);
        builder.Tos(_tos).HopLimit(_hopLimit).Identification(_identification).Payload(random.Next(8) == 0 ? random.Next(0, 1300) : _length);
        byte[] packet = (_isWhole ? builder.DontFragment() : builder).Build();
        // What lies behind the stated length is a link's padding.
        return random.Next(30) == 0 ? [.. packet, 0, 0, 0, 0, 0, 0] : packet;
    }

    // Transport mode is for the ends themselves.
    private bool IsTransport => _port is >= 84 and <= 86;

    private bool IsSix => IsTransport ? _port == 86 : _isV6;

    private string Source => (IsTransport || !_isForwarded, IsSix) switch { (true, false) => RunLines.A, (true, true) => RunLines.A6, (_, false) => "10.1.0.1", _ => "fd00::1" };

    private string Destination => (IsTransport, IsSix) switch { (true, false) => RunLines.B, (true, true) => RunLines.B6, (_, false) => "10.2.0.2", _ => "fd00::2" };

    private void Vary()
    {
        switch (random.Next(36))
        {
            case < 3: _port = Ports[random.Next(Ports.Length)]; break;
            case 3: _isTcp = !_isTcp; break;
            case 4: _isV6 = !_isV6; break;
            case 5: _isForwarded = !_isForwarded; break;
            case 6: _tos = (byte)random.Next(256); break;
            case 7: _hopLimit = (byte)(random.Next(3) == 0 ? random.Next(1, 4) : 64); break;
            case 8: _isWhole = !_isWhole; break;
            case 9: _length = random.Next(1, 1430); break;
            default: break;
        }
    }

    private byte[] Odd() => random.Next(IsSix ? 2 : 6) switch
    {
        // An IPv6 packet longer than the link would be cut here, under a number that batch and packet do not share.
        0 => PacketBuilder.Udp(Source, Destination, 5000, _port).Identification(_identification).Payload(IsSix ? 1440 : 1460).Build(),
        1 => PacketBuilder.Icmp(Source, Destination, IsSix ? IcmpType.V6Echo : IcmpType.Echo, 0, 1).Identification(_identification).Payload(30).Build(),
        2 => PacketBuilder.Udp(Source, Destination, 5000, _port).Options(7, 7, 4, 0, 0, 0, 0).Identification(_identification).Payload(300).Build(),
        3 => PacketBuilder.Udp(Source, Destination, 5000, _port).Payload(640).Fragment(0, more: true, _identification).Build(),
        4 => PacketBuilder.Udp(Source, Destination, 5000, _port).Payload(640).Fragment(648, more: false, (uint)(_identification - 1)).Build(),
        _ => PacketBuilder.Ip(Source, Destination, IpProtocol.Ipv4).Identification(_identification).Payload(300).Build(),
    };
}
