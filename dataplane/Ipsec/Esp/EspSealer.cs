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
        if (!HasRoom(buffer, model))
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
        slice = default;
        var model = sa.Model;
        if (!TunnelHeader.TryDecrementHopLimit(packet, model.Local))
        {
            return DropReason.HopLimitExceeded;
        }

        var fields = TunnelHeader.Around(packet, model, OuterProtocol(model), sequence);
        var inner = packet.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6;
        // TFC padding (RFC 4303 §2.7) needs no length of its own: the inner header says where the packet ends.
        var padding = model.TrafficFlowPadding - buffer.Length;
        if (padding > 0 && padding <= buffer.RoomBehind - Reserve(model))
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
        var lead = BundleGeometry.Lead(model);
        buffer.Prepend(lead);
        header.CopyTo(buffer.Packet);
        buffer.Packet[fieldAt] = OuterProtocol(model);
        slice = Complete(buffer, sa, sequence, headerLength, nextHeader);
        return IpLengthField.TrySet(buffer.Packet, version) ? DropReason.None : DropReason.Malformed;
    }

    private static PacketSlice Enclose(PacketBuffer buffer, OutboundSa sa, ulong sequence, in IpHeaderFields fields, byte nextHeader)
    {
        var outer = fields.HeaderLength;
        buffer.Prepend(outer + BundleGeometry.Lead(sa.Model));
        var slice = Complete(buffer, sa, sequence, outer, nextHeader);
        fields.Write(buffer.Packet);
        return slice;
    }

    // From the octet behind the IP header on: UDP, ESP header, IV; and the trailer and ICV at the end.
    private static PacketSlice Complete(PacketBuffer buffer, OutboundSa sa, ulong sequence, int headerLength, byte nextHeader)
    {
        var model = sa.Model;
        var payloadLength = buffer.Length - headerLength - BundleGeometry.Lead(model);
        var padding = EspPadding.Length(payloadLength, model.Suite.Alignment);
        EspTrailerView.Write(buffer.Append(padding + EspTrailerView.Length), nextHeader);
        buffer.Append(model.Suite.IcvLength);

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
        sa.Transform.Cipher.WriteIv(esp.Body[..model.Suite.IvLength], sequence);
        return new PacketSlice(buffer.Memory, buffer.Offset + espAt, buffer.Length - espAt, sequence);
    }

    private static byte OuterProtocol(SaModel model) => model.Encapsulation is null ? IpProtocol.Esp : IpProtocol.Udp;

    private static bool HasRoom(PacketBuffer buffer, SaModel model)
    {
        var before = BundleGeometry.Lead(model) + (model.Mode == SaMode.Tunnel ? BundleGeometry.OuterLength(model) : 0);
        return buffer.RoomBefore >= before && buffer.RoomBehind >= Reserve(model) && buffer.Length + before + Reserve(model) <= Ipv4View.MaximumLength;
    }

    // Block alignment, trailer, ICV, and what a vector store may touch behind the packet.
    private static int Reserve(SaModel model) => model.Suite.Alignment + EspTrailerView.Length + model.Suite.IcvLength + PacketSlice.Slack;
}
