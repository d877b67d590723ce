using System.Buffers.Binary;

namespace IpsecDp.Wire.Ip;

/// <summary>The 16-bit one's complement sum of RFC 1071, whole and incremental.</summary>
public static class InternetChecksum
{
    /// <summary>Adds octets to an unfolded sum; an odd last octet counts as the high half of a word, so only the last piece may be odd.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> octets)
    {
        // RFC 1071 §2(B): the sum may be taken over wider words and folded at the end.
        while (octets.Length >= 16)
        {
            var first = BinaryPrimitives.ReadUInt64BigEndian(octets);
            var second = BinaryPrimitives.ReadUInt64BigEndian(octets[8..]);
            sum += (first >> 32) + (uint)first + (second >> 32) + (uint)second;
            octets = octets[16..];
        }

        while (octets.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
            octets = octets[2..];
        }

        return octets.IsEmpty ? sum : sum + ((ulong)octets[0] << 8);
    }

    /// <summary>Folds a sum to 16 bits without inverting it.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 16) + (sum & 0xFFFF);
        sum = (sum >> 16) + (sum & 0xFFFF);
        return (ushort)((sum >> 16) + (sum & 0xFFFF));
    }

    /// <summary>The checksum of octets: the inverted folded sum; 0 over octets that hold a right checksum.</summary>
    public static ushort Compute(ReadOnlySpan<byte> octets) => (ushort)~Fold(Add(0, octets));

    /// <summary>The unfolded sum of a pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1).</summary>
    public static ulong PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int transportLength) =>
        Words(source) + Words(destination) + protocol + (uint)transportLength;

    /// <summary>The checksum after one 16-bit word of the covered octets changed (RFC 1624, equation 3).</summary>
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        (ushort)~Fold((ulong)(ushort)~checksum + (ushort)~before + after);

    private static ulong Words(IpAddress address)
    {
        var value = address.Value;
        return (ulong)((value & uint.MaxValue) + ((value >> 32) & uint.MaxValue) + ((value >> 64) & uint.MaxValue) + (value >> 96));
    }
}
