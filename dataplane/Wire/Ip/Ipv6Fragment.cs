using System.Buffers.Binary;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Ip;

/// <summary>Fragments of an IPv6 packet (RFC 8200 §4.5).</summary>
internal static class Ipv6Fragment
{
    private const int FragmentHeaderLength = Ipv6ExtensionWalker.FragmentHeaderLength;

    public static FragmentPlan Plan(in IpPacketView packet, int mtu)
    {
        var repeated = UnfragmentableEnd(packet);
        var fragmentableAt = FragmentableAt(packet);
        var share = IpFragmenter.RoundDown(mtu - repeated - FragmentHeaderLength);
        // RFC 7112: the first fragment holds every header up to the upper layer's own.
        if (share < HeadersEnd(packet) - fragmentableAt)
        {
            return FragmentPlan.Impossible;
        }

        return new FragmentPlan(share, share, packet.Octets.Length - fragmentableAt, packet.FragmentOffset, packet.MoreFragments);
    }

    public static int Write(in IpPacketView packet, int mtu, int index, uint identification, Span<byte> destination)
    {
        var plan = Plan(packet, mtu);
        if (!plan.IsPossible || (uint)index >= (uint)plan.Count)
        {
            return 0;
        }

        var repeated = UnfragmentableEnd(packet);
        var length = repeated + FragmentHeaderLength + plan.LengthOf(index);
        if (length > destination.Length)
        {
            return 0;
        }

        var fragment = destination[..length];
        packet.Octets[..repeated].CopyTo(fragment);
        var fragmentable = packet.Octets[FragmentableAt(packet)..];
        fragmentable.Slice(plan.OffsetOf(index), plan.LengthOf(index)).CopyTo(fragment[(repeated + FragmentHeaderLength)..]);
        WriteFragmentHeader(packet, plan, index, identification, fragment[repeated..]);
        if (packet.FragmentHeaderAt == 0)
        {
            fragment[packet.TransportProtocolFieldAt] = IpProtocol.Fragment;
        }

        Ipv6View.Trust(fragment).PayloadLength = (ushort)(length - Ipv6View.HeaderLength);
        return length;
    }

    private static void WriteFragmentHeader(in IpPacketView packet, in FragmentPlan plan, int index, uint identification, Span<byte> header)
    {
        var isFragment = packet.FragmentHeaderAt > 0;
        header[0] = packet.Octets[isFragment ? packet.FragmentHeaderAt : packet.TransportProtocolFieldAt];
        header[1] = 0;
        var offset = plan.BaseOffset + plan.OffsetOf(index);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(offset | (plan.HasMoreBehind(index) ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], isFragment ? packet.Identification : identification);
    }

    private static int UnfragmentableEnd(in IpPacketView packet) => packet.FragmentHeaderAt > 0 ? packet.FragmentHeaderAt : packet.TransportInsertionAt;

    private static int FragmentableAt(in IpPacketView packet) => packet.FragmentHeaderAt > 0 ? packet.FragmentHeaderAt + FragmentHeaderLength : packet.TransportInsertionAt;

    private static int HeadersEnd(in IpPacketView packet)
    {
        if (packet.IsLaterFragment)
        {
            return packet.PayloadAt;
        }

        var upperLayer = packet.Protocol switch
        {
            IpProtocol.Tcp => TcpView.TryView(packet.Payload, out var tcp) ? tcp.HeaderLength : packet.Payload.Length,
            _ => Math.Min(packet.Payload.Length, 8),
        };
        return packet.PayloadAt + upperLayer;
    }
}
