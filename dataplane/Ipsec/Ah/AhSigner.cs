using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Ah;

/// <summary>Puts an authentication header into a packet and signs it (RFC 4302 §3.3).</summary>
internal static class AhSigner
{
    /// <summary>Signs the packet in transport or tunnel mode.</summary>
    public static DropReason Sign(PacketBuffer buffer, OutboundSa sa, ulong sequence)
    {
        var model = sa.Model;
        if (!IpPacketView.TryView(buffer.Packet, out var packet))
        {
            return DropReason.Malformed;
        }

        buffer.TrimTo(packet.Octets.Length);
        var length = AhGeometry.HeaderLength(model);
        var before = length + (model.Mode == SaMode.Tunnel ? BundleGeometry.OuterLength(model) : 0);
        if (buffer.RoomBefore < before || buffer.RoomBehind < AhIcv.NumberRoom || buffer.Length + before > Ipv4View.MaximumLength)
        {
            return DropReason.NoBuffer;
        }

        int ahAt;
        if (model.Mode == SaMode.Tunnel)
        {
            if (!TunnelHeader.TryDecrementHopLimit(packet, model.Local))
            {
                return DropReason.HopLimitExceeded;
            }

            var fields = TunnelHeader.Around(packet, model, IpProtocol.Ah, sequence);
            var inner = packet.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6;
            ahAt = fields.HeaderLength;
            buffer.Prepend(before);
            fields.Write(buffer.Packet);
            AhView.Write(buffer.Packet[ahAt..], inner, length, model.Spi, (uint)sequence);
        }
        else
        {
            ahAt = packet.TransportInsertionAt;
            InsertTransport(buffer, packet, length, model, sequence);
            if (!IpLengthField.TrySet(buffer.Packet, packet.Version))
            {
                return DropReason.Malformed;
            }
        }

        return AhIcv.TrySign(buffer, model, sa.Transform, sequence, ahAt) ? DropReason.None : DropReason.Malformed;
    }

    private static void InsertTransport(PacketBuffer buffer, in IpPacketView packet, int length, SaModel model, ulong sequence)
    {
        var (headerLength, fieldAt) = (packet.TransportInsertionAt, packet.TransportProtocolFieldAt);
        var nextHeader = packet.Octets[fieldAt];
        var header = packet.Octets[..headerLength];
        buffer.Prepend(length);
        header.CopyTo(buffer.Packet);
        buffer.Packet[fieldAt] = IpProtocol.Ah;
        if (packet.Version == IpVersion.V4 && Ipv4View.TryView(buffer.Packet, out var v4) && v4.Identification == 0)
        {
            // A raw socket fills a zero identification in, and the ICV covers the field.
            v4.Identification = TunnelHeader.Identification(sequence);
        }

        AhView.Write(buffer.Packet[headerLength..], nextHeader, length, model.Spi, (uint)sequence);
    }
}
