using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>What becomes of transport checksums when the addresses they cover were translated on the way (RFC 3948 §3.1.2): the sum of the old addresses goes out, that of the new ones comes in, and an error made elsewhere stays one.</summary>
public readonly struct AddressTranslation
{
    private const int IcmpChecksumAt = 2;
    private const byte UdpLite = 136;
    private const byte Dccp = 33;

    private readonly ushort _before;
    private readonly ushort _after;

    /// <summary>A translation of both addresses; one that stayed is given twice.</summary>
    public AddressTranslation(IpAddress sourceBefore, IpAddress destinationBefore, IpAddress source, IpAddress destination)
    {
        _before = InternetChecksum.Fold(InternetChecksum.PseudoHeader(sourceBefore, destinationBefore, 0, 0));
        _after = InternetChecksum.Fold(InternetChecksum.PseudoHeader(source, destination, 0, 0));
    }

    /// <summary>Mends the checksum of TCP, UDP, UDP-Lite, DCCP or ICMPv6; false for a fragment, a protocol without addresses in its checksum, or a header cut off.</summary>
    public bool Mend(in IpPacketView packet)
    {
        if (packet.IsFragment || FieldOf(packet.Protocol) is not { } at || packet.Payload.Length < at + 2)
        {
            return false;
        }

        var isUdp = packet.Protocol is IpProtocol.Udp;
        var field = packet.Payload[at..];
        var checksum = BinaryPrimitives.ReadUInt16BigEndian(field);
        if (isUdp && checksum == 0)
        {
            // RFC 768: none was made, and none is owed.
            return true;
        }

        var mended = InternetChecksum.Update(checksum, _before, _after);
        BinaryPrimitives.WriteUInt16BigEndian(field, mended == 0 && isUdp ? (ushort)0xFFFF : mended);
        return true;
    }

    private static int? FieldOf(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => TcpView.ChecksumAt,
        IpProtocol.Udp or UdpLite or Dccp => UdpView.ChecksumAt,
        IpProtocol.Icmpv6 => IcmpChecksumAt,
        _ => null,
    };
}
