using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Wire.Print;

/// <summary>Describes any octets as an IP packet on one line, in tcpdump's manner; malformed ones are named by what is wrong with them.</summary>
public static class PacketPrinter
{
    /// <summary>Characters of the longest line.</summary>
    public const int MaximumLength = 512;

    // A tunnel in a tunnel is printed, a matryoshka is not.
    internal const int MaximumDepth = 4;

    /// <summary>Writes the line and returns its length; a line longer than the span is cut.</summary>
    public static int Write(Span<byte> octets, Span<char> line)
    {
        var writer = new LineWriter(line[..Math.Min(line.Length, MaximumLength)]);
        WritePacket(octets, ref writer, 0);
        return writer.Length;
    }

    /// <summary>Writes the line, without its end.</summary>
    public static void Write(Span<byte> octets, TextWriter output)
    {
        Span<char> line = stackalloc char[MaximumLength];
        output.Write(line[..Write(octets, line)]);
    }

    internal static void WritePacket(Span<byte> octets, ref LineWriter line, int depth)
    {
        if (depth == MaximumDepth)
        {
            line.Add("...");
            return;
        }

        if (!IpPacketView.TryView(octets, out var packet))
        {
            PacketFlaw.Write(octets, ref line);
            return;
        }

        line.Add(packet.Version == IpVersion.V4 ? "IP " : "IP6 ");
        WriteEnds(packet, ref line);
        line.Add(": ");
        if (packet.Version == IpVersion.V6)
        {
            WriteExtensions(packet, ref line);
        }

        if (packet.IsFragment || packet.FragmentHeaderAt > 0)
        {
            WriteFragment(packet, ref line);
        }

        if (packet.IsLaterFragment)
        {
            line.Add(ProtocolName.Of(packet.Protocol));
            line.Add(", length ");
            line.Add(packet.Payload.Length);
            return;
        }

        PayloadPrinter.Write(packet.Protocol, packet.Payload, ref line, depth);
    }

    private static void WriteEnds(in IpPacketView packet, ref LineWriter line)
    {
        ushort sourcePort = 0, destinationPort = 0;
        var hasPorts = false;
        if (!packet.IsLaterFragment && packet.Protocol is (IpProtocol.Tcp or IpProtocol.Udp) && packet.Payload.Length >= UdpView.HeaderLength)
        {
            hasPorts = true;
            sourcePort = (ushort)((packet.Payload[0] << 8) | packet.Payload[1]);
            destinationPort = (ushort)((packet.Payload[2] << 8) | packet.Payload[3]);
        }

        WriteEnd(packet.Source, hasPorts, sourcePort, ref line);
        line.Add(" > ");
        WriteEnd(packet.Destination, hasPorts, destinationPort, ref line);
    }

    private static void WriteEnd(IpAddress address, bool hasPort, ushort port, ref LineWriter line)
    {
        line.Add(address);
        if (hasPort)
        {
            line.Add(".");
            line.Add(port);
        }
    }

    // The walk that made the view looked at every length read here.
    private static void WriteExtensions(in IpPacketView packet, ref LineWriter line)
    {
        ReadOnlySpan<byte> octets = packet.Octets;
        var protocol = packet.V6.NextHeader;
        for (var at = Ipv6View.HeaderLength; at < packet.PayloadAt;)
        {
            if (protocol != IpProtocol.Fragment)
            {
                line.Add(ProtocolName.Of(protocol));
                line.Add(" ");
            }

            var length = protocol == IpProtocol.Fragment ? Ipv6ExtensionWalker.FragmentHeaderLength : (octets[at + 1] + 1) * 8;
            protocol = octets[at];
            at += length;
        }
    }

    private static void WriteFragment(in IpPacketView packet, ref LineWriter line)
    {
        line.Add("frag (");
        line.AddHex(packet.Identification);
        line.Add(":");
        line.Add(packet.FragmentOffset);
        line.Add("|");
        line.Add(packet.Payload.Length);
        line.Add(packet.MoreFragments ? "+) " : ") ");
    }
}
