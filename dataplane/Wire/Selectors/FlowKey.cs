using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Selectors;

/// <summary>What selectors look at (RFC 4301 §4.4.1.1): addresses, protocol, ports or ICMP type and code; read once per packet.</summary>
public readonly record struct FlowKey(IpAddress Source, IpAddress Destination, byte Protocol, ushort SourcePort, ushort DestinationPort, bool HasPorts)
{
    /// <summary>Reads the key; false when the transport header is cut off. A later fragment and a protocol without ports have <see cref="HasPorts"/> false.</summary>
    /// <remarks>ICMP type and code stand in <see cref="SourcePort"/> as one word, <see cref="DestinationPort"/> repeats it.</remarks>
    public static bool TryRead(in IpPacketView packet, out FlowKey key)
    {
        // Made in one piece at the end: a key that is changed after it was made is read back while its parts are still on their way to memory.
        var isWhole = TryReadPorts(packet, out var sourcePort, out var destinationPort, out var hasPorts);
        key = new(packet.Source, packet.Destination, packet.Protocol, sourcePort, destinationPort, hasPorts);
        return isWhole;
    }

    /// <summary>The same conversation seen from the other end.</summary>
    public FlowKey Reversed() => new(Destination, Source, Protocol, DestinationPort, SourcePort, HasPorts);

    /// <summary>A hash for a table of flows; which flows meet in it depends on the key.</summary>
    public uint Mix(in FlowMixKey key)
    {
        // Products of halves that the key hides: without the key no difference of flows is known to vanish. None waits for another.
        var source = Fold((ulong)Source.Value ^ key.SourceLow, (ulong)(Source.Value >> 64) ^ key.SourceHigh);
        var destination = Fold((ulong)Destination.Value ^ key.DestinationLow, (ulong)(Destination.Value >> 64) ^ key.DestinationHigh);
        var rest = Fold(((ulong)SourcePort << 32 | (ulong)DestinationPort << 16 | Protocol) ^ key.Rest, key.Last);
        return (uint)(source ^ destination ^ rest);
    }

    /// <inheritdoc/>
    public override string ToString() => HasPorts ? $"{Source}:{SourcePort} > {Destination}:{DestinationPort} proto {Protocol}" : $"{Source} > {Destination} proto {Protocol}";

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private static bool TryReadPorts(in IpPacketView packet, out ushort source, out ushort destination, out bool hasPorts)
    {
        (source, destination, hasPorts) = (0, 0, false);
        if (packet.IsLaterFragment)
        {
            return true;
        }

        var payload = packet.Payload;
        switch (packet.Protocol)
        {
            // SCTP, DCCP and UDP-Lite keep their ports where TCP and UDP do.
            case IpProtocol.Tcp or IpProtocol.Udp or 132 or 33 or 136:
                if (payload.Length < 4)
                {
                    return false;
                }

                var ports = BinaryPrimitives.ReadUInt32BigEndian(payload);
                (source, destination, hasPorts) = ((ushort)(ports >> 16), (ushort)ports, true);
                return true;

            case IpProtocol.Icmp or IpProtocol.Icmpv6:
                if (payload.Length < 2)
                {
                    return false;
                }

                var typeAndCode = BinaryPrimitives.ReadUInt16BigEndian(payload);
                (source, destination, hasPorts) = (typeAndCode, typeAndCode, true);
                return true;

            default:
                return true;
        }
    }
}
