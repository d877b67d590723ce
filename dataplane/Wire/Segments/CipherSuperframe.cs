using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Segments;

/// <summary>ESP packets of one size (the last may be shorter) back to back behind one IP and UDP header: what UDP_SEGMENT divides on its way out and UDP_GRO makes on the way in.</summary>
public static class CipherSuperframe
{
    /// <summary>Writes packet <paramref name="index"/> with an IP and UDP header of its own and returns its length; 0 when the index lies behind the last, the destination is too short, or the front is no IP and UDP header of that length.</summary>
    public static int Write(ReadOnlySpan<byte> superframe, int headerLength, int segmentSize, int index, Span<byte> destination)
    {
        var at = headerLength + (long)index * segmentSize;
        if (headerLength <= UdpView.HeaderLength || segmentSize <= 0 || index < 0 || at >= superframe.Length)
        {
            return 0;
        }

        var length = headerLength + Math.Min(segmentSize, superframe.Length - (int)at);
        if (length > destination.Length)
        {
            return 0;
        }

        var packet = destination[..length];
        superframe[..headerLength].CopyTo(packet);
        superframe.Slice((int)at, length - headerLength).CopyTo(packet[headerLength..]);
        return IpLengthField.TrySet(packet, (IpVersion)(packet[0] >> 4))
            && IpPacketView.TryView(packet, out var view)
            && view.Protocol == IpProtocol.Udp
            && view.PayloadAt + UdpView.HeaderLength == headerLength
            && TrySetLength(view.Payload) ? length : 0;
    }

    // RFC 3948 §2.1: the checksum should be zero, and one of the whole is none of a part.
    private static bool TrySetLength(Span<byte> datagram)
    {
        UdpView.WriteLength(datagram);
        datagram.Slice(UdpView.ChecksumAt, sizeof(ushort)).Clear();
        return UdpView.TryView(datagram, out _);
    }
}
