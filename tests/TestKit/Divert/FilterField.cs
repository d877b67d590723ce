using System.Buffers.Binary;
using System.Numerics;

namespace IpsecDp.TestKit.Divert;

/// <summary>One field of the filter language: whose header it belongs to, what values it can have, and how it is read.</summary>
/// <param name="Header">The header without which a test on it is false; empty where every packet has it.</param>
/// <param name="Least">The smallest value.</param>
/// <param name="Largest">The largest value.</param>
/// <param name="Read">Its value; null where the packet has none.</param>
internal sealed record FilterField(string Header, BigInteger Least, BigInteger Largest, FilterField.Reader Read)
{
    private static readonly BigInteger Mapped = new BigInteger(0xFFFF) << 32;
    private static readonly BigInteger LargestV6 = (BigInteger.One << 128) - 1;

    public delegate BigInteger? Reader(in FilterSubject subject);

    /// <summary>The fields of the NETWORK layer.</summary>
    public static IReadOnlyDictionary<string, FilterField> Network { get; } = Make();

    /// <summary>Fields that the FORWARD layer does not have.</summary>
    public static IReadOnlySet<string> NetworkOnly { get; } = new HashSet<string> { "inbound", "outbound", "loopback", "localAddr", "remoteAddr", "localPort", "remotePort", "protocol" };

    /// <summary>An array of octets or words as a field.</summary>
    public static FilterField Element(string array, int offset, int size) => new(array.Split('.')[0] is "packet" or "packet16" or "packet32" ? "" : array.Split('.')[0], 0, (BigInteger.One << (8 * size)) - 1, (in FilterSubject s) =>
    {
        var isPacket = array.StartsWith("packet", StringComparison.Ordinal);
        if (!isPacket && s.At(array.Split('.')[0]) < 0)
        {
            return null;
        }

        var (start, length) = isPacket ? (0, s.Packet.Length) : (s.Headers.Data, s.Headers.DataLength);
        var at = offset >= 0 ? offset : length + offset;
        if (at < 0 || at + size > length)
        {
            return null;
        }

        return new BigInteger(s.Packet.AsSpan(start + at, size), isUnsigned: true, isBigEndian: true);
    });

    private static Dictionary<string, FilterField> Make()
    {
        var fields = new Dictionary<string, FilterField>(StringComparer.Ordinal)
        {
            ["zero"] = Flag((in _) => false),
            ["false"] = Flag((in _) => false),
            ["true"] = Flag((in _) => true),
            ["event"] = new("", 0, 255, (in s) => s.Address[9]),
            ["timestamp"] = new("", long.MinValue, long.MaxValue, (in s) => BinaryPrimitives.ReadInt64LittleEndian(s.Address)),
            ["inbound"] = Flag((in s) => !s.Has(DivertAddressImage.Outbound)),
            ["outbound"] = Flag((in s) => s.Has(DivertAddressImage.Outbound)),
            ["loopback"] = Flag((in s) => s.Has(DivertAddressImage.Loopback)),
            ["impostor"] = Flag((in s) => s.Has(DivertAddressImage.Impostor)),
            ["fragment"] = Flag((in s) => s.Headers.IsFragment),
            ["ifIdx"] = new("", 0, uint.MaxValue, (in s) => BinaryPrimitives.ReadUInt32LittleEndian(s.Address.AsSpan(16))),
            ["subIfIdx"] = new("", 0, uint.MaxValue, (in s) => BinaryPrimitives.ReadUInt32LittleEndian(s.Address.AsSpan(20))),
            ["length"] = new("", 20, 65575, (in s) => s.Length),
            ["protocol"] = new("", 0, 255, (in s) => s.Headers.Protocol),
            ["localAddr"] = new("", 0, LargestV6, (in s) => Address(s, s.Has(DivertAddressImage.Outbound))),
            ["remoteAddr"] = new("", 0, LargestV6, (in s) => Address(s, !s.Has(DivertAddressImage.Outbound))),
            ["localPort"] = new("", 0, 65535, (in s) => Port(s, s.Has(DivertAddressImage.Outbound))),
            ["remotePort"] = new("", 0, 65535, (in s) => Port(s, !s.Has(DivertAddressImage.Outbound))),
            ["ip.SrcAddr"] = new("ip", Mapped, Mapped + uint.MaxValue, (in s) => s.Headers.Ip < 0 ? null : Address(s, isSource: true)),
            ["ip.DstAddr"] = new("ip", Mapped, Mapped + uint.MaxValue, (in s) => s.Headers.Ip < 0 ? null : Address(s, isSource: false)),
            ["ipv6.SrcAddr"] = new("ipv6", 0, LargestV6, (in s) => s.Headers.Ipv6 < 0 ? null : Address(s, isSource: true)),
            ["ipv6.DstAddr"] = new("ipv6", 0, LargestV6, (in s) => s.Headers.Ipv6 < 0 ? null : Address(s, isSource: false)),
            // Compared octet-swapped: it never equals what is written.
            ["ipv6.FlowLabel"] = new("ipv6", 0, 0xFFFFF, (in s) => s.Headers.Ipv6 < 0 ? null : BinaryPrimitives.ReadUInt32LittleEndian(s.Packet) & 0xFFFF0F00),
        };
        foreach (var header in new[] { "ip", "ipv6", "icmp", "icmpv6", "tcp", "udp" })
        {
            fields[header] = Flag((in s) => s.At(header) >= 0);
        }

        AddNumbers(fields);
        return fields;
    }

    private static void AddNumbers(Dictionary<string, FilterField> fields)
    {
        Bits("ip", ("HdrLength", 0, 4, 4), ("TOS", 8, 8, 0), ("Length", 16, 16, 0), ("Id", 32, 16, 0), ("DF", 49, 1, 0), ("MF", 50, 1, 0), ("FragOff", 51, 13, 0), ("TTL", 64, 8, 0), ("Protocol", 72, 8, 0), ("Checksum", 80, 16, 0));
        Bits("ipv6", ("TrafficClass", 4, 8, 0), ("Length", 32, 16, 0), ("NextHdr", 48, 8, 0), ("HopLimit", 56, 8, 0));
        foreach (var icmp in new[] { "icmp", "icmpv6" })
        {
            Bits(icmp, ("Type", 0, 8, 0), ("Code", 8, 8, 0), ("Checksum", 16, 16, 0), ("Body", 32, 32, 0));
        }

        Bits("tcp", ("SrcPort", 0, 16, 0), ("DstPort", 16, 16, 0), ("SeqNum", 32, 32, 0), ("AckNum", 64, 32, 0), ("HdrLength", 96, 4, 0), ("Urg", 106, 1, 0), ("Ack", 107, 1, 0), ("Psh", 108, 1, 0),
            ("Rst", 109, 1, 0), ("Syn", 110, 1, 0), ("Fin", 111, 1, 0), ("Window", 112, 16, 0), ("Checksum", 128, 16, 0), ("UrgPtr", 144, 16, 0));
        Bits("udp", ("SrcPort", 0, 16, 0), ("DstPort", 16, 16, 0), ("Length", 32, 16, 0), ("Checksum", 48, 16, 0));
        foreach (var transport in new[] { "tcp", "udp" })
        {
            fields[$"{transport}.PayloadLength"] = new(transport, 0, 65535, (in s) => s.At(transport) < 0 ? null : s.Headers.DataLength);
        }

        void Bits(string header, params (string Name, int At, int Width, int Shift)[] members)
        {
            foreach (var (name, at, width, shift) in members)
            {
                fields[$"{header}.{name}"] = new(header, 0, (BigInteger.One << width) - 1, (in s) => s.At(header) < 0 ? null : s.Bits(s.At(header), at + shift, width));
            }
        }
    }

    private static FilterField Flag(FlagReader read) => new("", 0, 1, (in s) => read(s) ? 1 : 0);

    private static BigInteger Address(in FilterSubject s, bool isSource) => s.Headers.Ip >= 0
        ? Mapped + BinaryPrimitives.ReadUInt32BigEndian(s.Packet.AsSpan(isSource ? 12 : 16))
        : new BigInteger(s.Packet.AsSpan(isSource ? 8 : 24, 16), isUnsigned: true, isBigEndian: true);

    private static BigInteger? Port(in FilterSubject s, bool isSource)
    {
        var transport = Math.Max(s.Headers.Tcp, s.Headers.Udp);
        if (transport >= 0)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(s.Packet.AsSpan(transport + (isSource ? 0 : 2)));
        }

        // ICMP's type is the local port, and 0 the remote one.
        var icmp = Math.Max(s.Headers.Icmp, s.Headers.Icmpv6);
        return icmp < 0 ? null : isSource == s.Has(DivertAddressImage.Outbound) ? s.Packet[icmp] : 0;
    }

    private delegate bool FlagReader(in FilterSubject subject);
}
