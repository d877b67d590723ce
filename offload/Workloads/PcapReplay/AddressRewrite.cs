using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>Gives a packet other addresses and mends the checksums that cover them (RFC 1624), so that a wrong checksum stays wrong.</summary>
internal static class AddressRewrite
{
    private const int Icmpv6ChecksumAt = 2;

    public static void Apply(in IpPacketView packet, IpAddress source, IpAddress destination)
    {
        var octets = packet.Octets;
        var addressesAt = packet.Version == IpVersion.V4 ? 12 : 8;
        var length = packet.Source.Length * 2;
        Span<byte> before = stackalloc byte[32];
        Span<byte> after = stackalloc byte[32];
        octets.Slice(addressesAt, length).CopyTo(before);
        source.WriteTo(after);
        destination.WriteTo(after[(length / 2)..]);
        before = before[..length];
        after = after[..length];

        if (packet.Version == IpVersion.V4)
        {
            var view = packet.V4;
            view.Checksum = Mend(view.Checksum, before, after);
        }

        MendTransport(packet, before, after);
        after.CopyTo(octets[addressesAt..]);
    }

    private static void MendTransport(in IpPacketView packet, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var at = packet.Protocol switch
        {
            IpProtocol.Tcp => TcpView.ChecksumAt,
            IpProtocol.Udp => UdpView.ChecksumAt,
            IpProtocol.Icmpv6 => Icmpv6ChecksumAt,
            _ => -1,
        };
        var payload = packet.Payload;
        if (at < 0 || packet.IsLaterFragment || payload.Length < at + sizeof(ushort))
        {
            return;
        }

        var checksum = BinaryPrimitives.ReadUInt16BigEndian(payload[at..]);
        if (packet.Protocol == IpProtocol.Udp && checksum == 0)
        {
            // RFC 768: the sender made none.
            return;
        }

        var mended = Mend(checksum, before, after);
        BinaryPrimitives.WriteUInt16BigEndian(payload[at..], packet.Protocol == IpProtocol.Udp && mended == 0 ? ushort.MaxValue : mended);
    }

    private static ushort Mend(ushort checksum, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var at = 0; at < before.Length; at += sizeof(ushort))
        {
            checksum = InternetChecksum.Update(checksum, BinaryPrimitives.ReadUInt16BigEndian(before[at..]), BinaryPrimitives.ReadUInt16BigEndian(after[at..]));
        }

        return checksum;
    }
}
