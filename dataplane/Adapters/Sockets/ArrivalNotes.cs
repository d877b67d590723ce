using System.Buffers.Binary;
using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>What the kernel notes beside a received message: where it was sent to and the header fields the socket takes off.</summary>
internal unsafe struct ArrivalNotes
{
    /// <summary>The destination of the packet, or the default where the kernel did not say.</summary>
    public IpAddress Destination;

    /// <summary>DSCP and ECN.</summary>
    public byte Tos;

    /// <summary>TTL or hop limit, 64 where the kernel did not say.</summary>
    public byte HopLimit;

    /// <summary>The 20-bit IPv6 flow label.</summary>
    public uint FlowLabel;

    /// <summary>Octets of each datagram of a GRO run as the kernel claims them, null for a single one.</summary>
    public int? SegmentSize;

    /// <summary>Octets of IPv6 extension headers among the notes.</summary>
    public int ExtensionLength;

    /// <summary>Reads the notes of a message.</summary>
    public static ArrivalNotes Read(in Libc.MessageHeader message) => Read(new ReadOnlySpan<byte>(message.Control, (int)message.ControlLength));

    /// <summary>Reads notes from the control messages that are them.</summary>
    public static ArrivalNotes Read(ReadOnlySpan<byte> control)
    {
        fixed (byte* octets = control)
        {
            return Read(new ControlMessages(octets, (nuint)control.Length));
        }
    }

    private static ArrivalNotes Read(ControlMessages controls)
    {
        var notes = new ArrivalNotes { HopLimit = 64 };
        while (controls.MoveNext())
        {
            var content = new ReadOnlySpan<byte>(controls.Content, controls.Length);
            switch (controls.Level)
            {
                case SocketNumbers.LevelIp:
                    notes.ReadV4(controls.Type, content);
                    break;

                case SocketNumbers.LevelIpv6:
                    notes.ReadV6(controls.Type, content);
                    break;

                case SocketNumbers.LevelUdp when controls.Type == SocketNumbers.UdpReceiveOffload:
                    notes.SegmentSize = content.Length >= sizeof(int) ? *(int*)controls.Content : 0;
                    break;
            }
        }

        return notes;
    }

    /// <summary>Copies the extension headers in their order; the caller has looked at <see cref="ExtensionLength"/>. Gives the protocol number of the first.</summary>
    public static byte CopyExtensions(in Libc.MessageHeader message, Span<byte> target)
    {
        byte first = 0;
        var at = 0;
        var controls = new ControlMessages((byte*)message.Control, message.ControlLength);
        while (controls.MoveNext())
        {
            if (controls.Level != SocketNumbers.LevelIpv6 || ExtensionProtocol(controls.Type) is not { } protocol)
            {
                continue;
            }

            first = at == 0 ? protocol : first;
            new ReadOnlySpan<byte>(controls.Content, controls.Length).CopyTo(target[at..]);
            at += controls.Length;
        }

        return first;
    }

    // struct in_pktinfo: interface, local address, the header's destination.
    private void ReadV4(int type, ReadOnlySpan<byte> content)
    {
        switch (type)
        {
            case SocketNumbers.IpPacketInfo when content.Length >= 12:
                Destination = IpAddress.ReadV4(content[8..]);
                break;

            case SocketNumbers.IpTos when content.Length >= 1:
                Tos = content[0];
                break;

            case SocketNumbers.IpTtl when content.Length >= 1:
                HopLimit = content[0];
                break;
        }
    }

    private void ReadV6(int type, ReadOnlySpan<byte> content)
    {
        switch (type)
        {
            case SocketNumbers.Ipv6PacketInfo when content.Length >= 16:
                Destination = IpAddress.ReadV6(content);
                break;

            case SocketNumbers.Ipv6TrafficClass when content.Length >= 1:
                Tos = content[0];
                break;

            case SocketNumbers.Ipv6HopLimit when content.Length >= 1:
                HopLimit = content[0];
                break;

            case SocketNumbers.Ipv6FlowInfo when content.Length >= 4:
                FlowLabel = BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFF;
                break;

            default:
                ExtensionLength += ExtensionProtocol(type) is null ? 0 : content.Length;
                break;
        }
    }

    private static byte? ExtensionProtocol(int type) => type switch
    {
        SocketNumbers.Ipv6HopOptions => IpProtocol.HopByHop,
        SocketNumbers.Ipv6RoutingHeader => IpProtocol.Routing,
        SocketNumbers.Ipv6DestinationOptions => IpProtocol.DestinationOptions,
        _ => null,
    };
}
