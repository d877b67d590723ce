namespace IpsecDp.Wire.Ip;

/// <summary>Divides an IP packet into fragments that fit an MTU, one call per fragment; whether the packet may be divided is the caller's decision.</summary>
public static class IpFragmenter
{
    // The offset field counts in units of 8 octets (RFC 791 §3.1, RFC 8200 §4.5).
    private const int Unit = 8;

    /// <summary>Fragments the packet takes: 1 when it fits as it is, 0 when the MTU leaves no room behind the headers each fragment repeats.</summary>
    public static int Count(in IpPacketView packet, int mtu)
    {
        if (packet.Octets.Length <= mtu)
        {
            return 1;
        }

        var plan = packet.Version == IpVersion.V4 ? Ipv4Fragment.Plan(packet.V4, mtu) : Ipv6Fragment.Plan(packet, mtu);
        return plan.IsPossible ? plan.Count : 0;
    }

    /// <summary>Writes fragment <paramref name="index"/> and returns its length; 0 when there is no such fragment or the destination is too short.</summary>
    /// <param name="packet">The packet, itself a fragment perhaps: offsets and the last piece's "more fragments" continue from it.</param>
    /// <param name="mtu">Octets of the largest fragment.</param>
    /// <param name="index">From 0 to <see cref="Count"/> less one.</param>
    /// <param name="identification">For the fragment header of an IPv6 packet that has none; IPv4 packets and IPv6 fragments keep their own.</param>
    /// <param name="destination">Where the fragment goes; it must not overlap the packet.</param>
    public static int Write(in IpPacketView packet, int mtu, int index, uint identification, Span<byte> destination)
    {
        if (packet.Octets.Length <= mtu)
        {
            return index == 0 && packet.Octets.TryCopyTo(destination) ? packet.Octets.Length : 0;
        }

        return packet.Version == IpVersion.V4
            ? Ipv4Fragment.Write(packet.V4, mtu, index, destination)
            : Ipv6Fragment.Write(packet, mtu, index, identification, destination);
    }

    /// <summary>Largest multiple of 8 that fits.</summary>
    internal static int RoundDown(int octets) => octets < Unit ? 0 : octets / Unit * Unit;
}
