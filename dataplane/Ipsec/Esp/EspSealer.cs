using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Esp;

/// <summary>Shapes a clear packet into an ESP packet that only lacks encryption and ICV (RFC 4303 §3.3).</summary>
internal static class EspSealer
{
    /// <summary>Writes headers, IV and trailer around the packet; <paramref name="slice"/> is what the cipher then seals.</summary>
    public static DropReason Shape(PacketBuffer buffer, OutboundSa sa, ulong sequence, out PacketSlice slice)
    {
        slice = default;
        var model = sa.Model;
        if (!IpPacketView.TryView(buffer.Packet, out var packet))
        {
            return DropReason.Malformed;
        }

        buffer.TrimTo(packet.Octets.Length);
        if (!HasRoom(buffer, sa.Geometry))
        {
            return DropReason.NoBuffer;
        }

        return model.Mode == SaMode.Tunnel
            ? ShapeTunnel(buffer, sa, packet, sequence, out slice)
            : ShapeTransport(buffer, sa, packet, sequence, out slice);
    }

    /// <summary>Makes a dummy packet of the octets in the buffer (RFC 4303 §2.6): next header 59 between the SA's endpoints.</summary>
    public static PacketSlice ShapeDummy(PacketBuffer buffer, OutboundSa sa, ulong sequence)
    {
        var model = sa.Model;
        var fields = TunnelHeader.Alone(model, sa.OuterProtocol, sequence);
        return Enclose(buffer, sa, sequence, fields, IpProtocol.NoNextHeader);
    }

    private static DropReason ShapeTunnel(PacketBuffer buffer, OutboundSa sa, in IpPacketView packet, ulong sequence, out PacketSlice slice)
    {
        var model = sa.Model;
        if (!TunnelHeader.TryDecrementHopLimit(packet, model.Local))
        {
            slice = default;
            return DropReason.HopLimitExceeded;
        }

        var fields = TunnelHeader.Around(packet, model, sa.OuterProtocol, sequence);
        var inner = packet.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6;
        // TFC padding (RFC 4303 §2.7) needs no length of its own: the inner header says where the packet ends.
        var padding = model.TrafficFlowPadding - buffer.Length;
        if (padding > 0 && padding <= buffer.RoomBehind - Reserve(sa.Geometry))
        {
            buffer.Append(padding).Clear();
        }

        slice = Enclose(buffer, sa, sequence, fields, inner);
        return DropReason.None;
    }

    private static DropReason ShapeTransport(PacketBuffer buffer, OutboundSa sa, in IpPacketView packet, ulong sequence, out PacketSlice slice)
    {
        var (version, headerLength, fieldAt) = (packet.Version, packet.TransportInsertionAt, packet.TransportProtocolFieldAt);
        var nextHeader = packet.Octets[fieldAt];
        var header = packet.Octets[..headerLength];
        buffer.Prepend(sa.Geometry.Lead);
        header.CopyTo(buffer.Packet);
        slice = Complete(buffer, sa, sequence, headerLength, nextHeader);
        return IpLengthField.TrySet(buffer.Packet, version, fieldAt, sa.OuterProtocol) ? DropReason.None : DropReason.Malformed;
    }

    private static PacketSlice Enclose(PacketBuffer buffer, OutboundSa sa, ulong sequence, in IpHeaderFields fields, byte nextHeader)
    {
        var outer = fields.HeaderLength;
        buffer.Prepend(outer + sa.Geometry.Lead);
        var slice = Complete(buffer, sa, sequence, outer, nextHeader);
        fields.Write(buffer.Packet);
        return slice;
    }

    /// <summary>Writes all from the octet behind the IP header on (UDP, ESP header, IV) and behind the payload (padding, trailer, room for the ICV); the room before the payload is already the packet's.</summary>
    internal static PacketSlice Complete(PacketBuffer buffer, OutboundSa sa, ulong sequence, int headerLength, byte nextHeader)
    {
        var geometry = sa.Geometry;
        var payloadLength = buffer.Length - headerLength - geometry.Lead;
        var padding = EspPadding.Length(payloadLength, geometry.Alignment);
        var trailer = buffer.Append(padding + EspTrailerView.Length + geometry.IcvLength);
        EspTrailerView.Write(trailer[..^geometry.IcvLength], nextHeader);

        var behind = buffer.Packet[headerLength..];
        if (sa.Model.Encapsulation is { } ports)
        {
            // RFC 3948 §2.1: the checksum is sent as zero.
            UdpView.Write(behind, ports.LocalPort, ports.RemotePort);
            behind = behind[UdpView.HeaderLength..];
        }

        var esp = EspView.Write(behind, sa.Model.Spi, (uint)sequence);
        sa.Transform.Cipher.WriteIv(esp.Body[..geometry.IvLength], sequence);
        return new PacketSlice(buffer.Memory, buffer.Offset + buffer.Length - behind.Length, behind.Length, sequence);
    }

    /// <summary>Whether buffer and IP length leave room for what ESP adds.</summary>
    internal static bool HasRoom(PacketBuffer buffer, in EspGeometry geometry)
    {
        var before = geometry.Lead + geometry.OuterLength;
        return buffer.RoomBefore >= before && buffer.RoomBehind >= Reserve(geometry) && buffer.Length + before + Reserve(geometry) <= Ipv4View.MaximumLength;
    }

    // Block alignment, trailer, ICV, and what a vector store may touch behind the packet.
    private static int Reserve(in EspGeometry geometry) => geometry.Alignment + EspTrailerView.Length + geometry.IcvLength + PacketSlice.Slack;
}
