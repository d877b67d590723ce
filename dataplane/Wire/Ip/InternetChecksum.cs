using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Wire.Ip;

/// <summary>The 16-bit one's complement sum of RFC 1071, whole and incremental.</summary>
public static class InternetChecksum
{
    // Below it, gathering the lanes costs more than they save.
    private const int LeastForVectors = 128;

    // Octets of a vector.
    private const nuint Width = 32;

    /// <summary>Adds octets to an unfolded sum; an odd last octet counts as the high half of a word, so only the last piece may be odd.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> octets)
    {
        // RFC 1071 §2(B): words may be summed in the machine's own octet order and swapped once, after folding.
        var native = Fold(AddNative(octets));
        return sum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(native) : native);
    }

    /// <summary>Folds a sum to 16 bits without inverting it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

    /// <summary>The checksum of whole 32-bit words, as an IPv4 header is: <see cref="Compute"/> without its care for long and ragged spans.</summary>
    public static ushort ComputeWords(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        foreach (var word in MemoryMarshal.Cast<byte, uint>(octets))
        {
            sum += word;
        }

        var native = Fold(sum);
        return (ushort)~(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(native) : native);
    }

    /// <summary>The unfolded sum of a pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1).</summary>
    public static ulong PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int transportLength) =>
        Words(source) + Words(destination) + protocol + (uint)transportLength;

    /// <summary>The checksum after one 16-bit word of the covered octets changed (RFC 1624, equation 3).</summary>
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        (ushort)~Fold((ulong)(ushort)~checksum + (ushort)~before + after);

    // RFC 1071 §2(C): two halves of each 8 octets go into 64-bit sums that cannot overflow below 16 GB, several sums so that no addition waits for the one before.
    private static ulong AddNative(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && octets.Length >= LeastForVectors)
        {
            sum = AddVectors(octets);
            octets = octets[^(octets.Length % (int)Width)..];
        }

        var words = MemoryMarshal.Cast<byte, ulong>(octets);
        var rest = octets[(words.Length * sizeof(ulong))..];
        ulong a = 0, b = 0, c = 0, d = 0;
        while (words.Length >= 4)
        {
            a += (words[0] >> 32) + (uint)words[0];
            b += (words[1] >> 32) + (uint)words[1];
            c += (words[2] >> 32) + (uint)words[2];
            d += (words[3] >> 32) + (uint)words[3];
            words = words[4..];
        }

        foreach (var word in words)
        {
            a += (word >> 32) + (uint)word;
        }

        return sum + a + b + c + d + AddRest(rest);
    }

    // The same sums in lanes: low halves and high halves of two vectors a step, up to the last whole vector.
    private static ulong AddVectors(ReadOnlySpan<byte> octets)
    {
        Vector256<ulong> lowA = default, highA = default, lowB = default, highB = default;
        var lowHalf = Vector256.Create((ulong)uint.MaxValue);
        // Without a look at the length for each load, which would be a quarter of the loop.
        ref readonly var first = ref MemoryMarshal.GetReference(octets);
        var end = (nuint)octets.Length;
        nuint at = 0;
        for (; at + (2 * Width) <= end; at += 2 * Width)
        {
            var a = Vector256.LoadUnsafe(in first, at).AsUInt64();
            var b = Vector256.LoadUnsafe(in first, at + Width).AsUInt64();
            lowA += a & lowHalf;
            highA += a >>> 32;
            lowB += b & lowHalf;
            highB += b >>> 32;
        }

        if (at + Width <= end)
        {
            var a = Vector256.LoadUnsafe(in first, at).AsUInt64();
            lowA += a & lowHalf;
            highA += a >>> 32;
        }

        return Vector256.Sum(lowA + highA + lowB + highB);
    }

    // Up to 7 octets behind the last whole word of 8.
    private static ulong AddRest(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        while (octets.Length >= 2)
        {
            sum += MemoryMarshal.Read<ushort>(octets);
            octets = octets[2..];
        }

        return octets.IsEmpty ? sum : sum + (BitConverter.IsLittleEndian ? octets[0] : (ulong)octets[0] << 8);
    }

    private static ulong Words(IpAddress address)
    {
        var value = address.Value;
        return (ulong)((value & uint.MaxValue) + ((value >> 32) & uint.MaxValue) + ((value >> 64) & uint.MaxValue) + (value >> 96));
    }
}
