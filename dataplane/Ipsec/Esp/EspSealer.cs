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
        var fields = TunnelHeader.Alone(model, OuterProtocol(model), sequence);
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

        var fields = TunnelHeader.Around(packet, model, OuterProtocol(model), sequence);
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
        var model = sa.Model;
        var (version, headerLength, fieldAt) = (packet.Version, packet.TransportInsertionAt, packet.TransportProtocolFieldAt);
        var nextHeader = packet.Octets[fieldAt];
        var header = packet.Octets[..headerLength];
        buffer.Prepend(sa.Geometry.Lead);
        header.CopyTo(buffer.Packet);
        slice = Complete(buffer, sa, sequence, headerLength, nextHeader);
        return IpLengthField.TrySet(buffer.Packet, version, fieldAt, OuterProtocol(model)) ? DropReason.None : DropReason.Malformed;
    }

    private static PacketSlice Enclose(PacketBuffer buffer, OutboundSa sa, ulong sequence, in IpHeaderFields fields, byte nextHeader)
    {
        var outer = fields.HeaderLength;
        buffer.Prepend(outer + sa.Geometry.Lead);
        var slice = Complete(buffer, sa, sequence, outer, nextHeader);
        fields.Write(buffer.Packet);
        return slice;
    }

    // From the octet behind the IP header on: UDP, ESP header, IV; and the trailer and ICV at the end.
    private static PacketSlice Complete(PacketBuffer buffer, OutboundSa sa, ulong sequence, int headerLength, byte nextHeader)
    {
        var (model, geometry) = (sa.Model, sa.Geometry);
        var payloadLength = buffer.Length - headerLength - geometry.Lead;
        var padding = EspPadding.Length(payloadLength, geometry.Alignment);
        EspTrailerView.Write(buffer.Append(padding + EspTrailerView.Length), nextHeader);
        buffer.Append(geometry.IcvLength);

        var espAt = headerLength;
        if (model.Encapsulation is { } ports)
        {
            // RFC 3948 §2.1: the checksum is sent as zero.
            UdpView.Write(buffer.Packet[headerLength..], ports.LocalPort, ports.RemotePort);
            espAt += UdpView.HeaderLength;
        }

        EspView.TryView(buffer.Packet[espAt..], out var esp);
        esp.Spi = model.Spi;
        esp.Sequence = (uint)sequence;
        sa.Transform.Cipher.WriteIv(esp.Body[..geometry.IvLength], sequence);
        return new PacketSlice(buffer.Memory, buffer.Offset + espAt, buffer.Length - espAt, sequence);
    }

    private static byte OuterProtocol(SaModel model) => model.Encapsulation is null ? IpProtocol.Esp : IpProtocol.Udp;

    private static bool HasRoom(PacketBuffer buffer, in EspGeometry geometry)
    {
        var before = geometry.Lead + geometry.OuterLength;
        return buffer.RoomBefore >= before && buffer.RoomBehind >= Reserve(geometry) && buffer.Length + before + Reserve(geometry) <= Ipv4View.MaximumLength;
    }

    // Block alignment, trailer, ICV, and what a vector store may touch behind the packet.
    private static int Reserve(in EspGeometry geometry) => geometry.Alignment + EspTrailerView.Length + geometry.IcvLength + PacketSlice.Slack;
}
