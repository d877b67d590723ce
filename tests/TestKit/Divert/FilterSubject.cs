using System.Numerics;

namespace IpsecDp.TestKit.Divert;

/// <summary>A packet with its address, as a filter looks at it.</summary>
internal readonly record struct FilterSubject(byte[] Packet, byte[] Address, DivertPacketHeaders Headers)
{
    /// <summary>Octets given as the packet, whatever its header says.</summary>
    public int Length => Packet.Length;

    /// <summary>Where a header starts; -1 where there is none.</summary>
    public int At(string header) => header switch
    {
        "ip" => Headers.Ip,
        "ipv6" => Headers.Ipv6,
        "icmp" => Headers.Icmp,
        "icmpv6" => Headers.Icmpv6,
        "tcp" => Headers.Tcp,
        "udp" => Headers.Udp,
        _ => 0,
    };

    /// <summary>Whether the address has a flag.</summary>
    public bool Has(byte flag) => (Address[10] & flag) != 0;

    /// <summary>Bits of a header.</summary>
    public BigInteger Bits(int header, int at, int width)
    {
        ulong value = 0;
        for (var bit = at; bit < at + width; bit++)
        {
            value = (value << 1) | (uint)((Packet[header + (bit / 8)] >> (7 - (bit % 8))) & 1);
        }

        return value;
    }
}
