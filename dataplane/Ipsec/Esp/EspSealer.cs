using System.Runtime.CompilerServices;
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
    /// <summary>Writes headers, IV and trailer around the packet; the cipher then seals what lies from <paramref name="espAt"/> on.</summary>
    public static DropReason Shape(PacketBuffer buffer, OutboundSa sa, ulong sequence, out int espAt)
    {
        espAt = 0;
        var model = sa.Model;
        if (!IpPacketView.TryView(buffer.Packet, out var packet))
        {
            return DropReason.Malformed;
        }

        buffer.TrimTo(packet.Octets.Length);
        if (!HasRoom(buffer, new EspRoom(sa.Geometry)))
        {
            return DropReason.NoBuffer;
        }

        return model.Mode == SaMode.Tunnel
            ? ShapeTunnel(buffer, sa, packet, sequence, out espAt)
            : ShapeTransport(buffer, sa, packet, sequence, out espAt);
    }

    /// <summary>Makes a dummy packet of the octets in the buffer (RFC 4303 §2.6): next header 59 between the SA's endpoints. Gives where ESP starts.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ShapeDummy(PacketBuffer buffer, OutboundSa sa, ulong sequence)
    {
        var model = sa.Model;
        var fields = TunnelHeader.Alone(model, sa.OuterProtocol, sequence);
        return Enclose(buffer, sa, sequence, fields, IpProtocol.NoNextHeader);
    }

    private static DropReason ShapeTunnel(PacketBuffer buffer, OutboundSa sa, in IpPacketView packet, ulong sequence, out int espAt)
    {
        var model = sa.Model;
        if (!TunnelHeader.TryDecrementHopLimit(packet, model.Local))
        {
            espAt = 0;
            return DropReason.HopLimitExceeded;
        }

        var fields = TunnelHeader.Around(packet, model, sa.OuterProtocol, sequence);
        var inner = packet.Version == IpVersion.V4 ? IpProtocol.Ipv4 : IpProtocol.Ipv6;
        // TFC padding (RFC 4303 §2.7) needs no length of its own: the inner header says where the packet ends.
        var padding = model.TrafficFlowPadding - buffer.Length;
        if (padding > 0 && padding <= buffer.RoomBehind - new EspRoom(sa.Geometry).Behind)
        {
            buffer.Append(padding).Clear();
        }

        espAt = Enclose(buffer, sa, sequence, fields, inner);
        return DropReason.None;
    }

    private static DropReason ShapeTransport(PacketBuffer buffer, OutboundSa sa, in IpPacketView packet, ulong sequence, out int espAt)
    {
        var (version, headerLength, fieldAt) = (packet.Version, packet.TransportInsertionAt, packet.TransportProtocolFieldAt);
        var nextHeader = packet.Octets[fieldAt];
        var header = packet.Octets[..headerLength];
        var trail = sa.Geometry.Trail(buffer.Length - headerLength);
        var sealing = buffer.Grow(sa.Geometry.Lead, trail);
        header.CopyTo(sealing);
        espAt = Complete(sealing, sa, sa.Transform.IvMaker, sequence, headerLength, trail, nextHeader);
        return IpLengthField.TrySet(buffer.Packet, version, fieldAt, sa.OuterProtocol) ? DropReason.None : DropReason.Malformed;
    }

    private static int Enclose(PacketBuffer buffer, OutboundSa sa, ulong sequence, in IpHeaderFields fields, byte nextHeader)
    {
        var trail = sa.Geometry.Trail(buffer.Length);
        var sealing = buffer.Grow(fields.HeaderLength + sa.Geometry.Lead, trail);
        fields.Write(sealing);
        return Complete(sealing, sa, sa.Transform.IvMaker, sequence, fields.HeaderLength, trail, nextHeader);
    }

    /// <summary>Writes all from the octet behind the IP header on (UDP, ESP header, IV) and behind the payload (padding, trailer; the ICV is the cipher's) of a packet that has grown by both already, by <paramref name="trail"/> octets behind. Gives where ESP starts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Complete(Span<byte> sealing, OutboundSa sa, IPacketCipher? ivMaker, ulong sequence, int headerLength, int trail, byte nextHeader)
    {
        var geometry = sa.Geometry;
        EspTrailerView.Write(sealing.Slice(sealing.Length - trail, trail - geometry.IcvLength), nextHeader);

        var behind = sealing[headerLength..];
        if (sa.Model.Encapsulation is { } ports)
        {
            // RFC 3948 §2.1: the checksum is sent as zero.
            UdpView.Write(behind, ports.LocalPort, ports.RemotePort);
            behind = behind[UdpView.HeaderLength..];
        }

        var esp = EspView.Write(behind, sa.Model.Spi, (uint)sequence);
        if (ivMaker is null)
        {
            esp.WriteIv(sequence);
        }
        else
        {
            ivMaker.WriteIv(esp.Body[..geometry.IvLength], sequence);
        }

        return sealing.Length - behind.Length;
    }

    /// <summary>Whether buffer and IP length leave room for what ESP adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasRoom(PacketBuffer buffer, EspRoom room) =>
        buffer.RoomBefore >= room.Before && buffer.RoomBehind >= room.Behind && buffer.Length + room.Before + room.Behind <= Ipv4View.MaximumLength;
}
