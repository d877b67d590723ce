using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>The ICV of a combined mode as it was received: 8, 12 or 16 octets of a tag, zeros behind them.</summary>
internal readonly struct Icv
{
    private readonly Vector128<ulong> _octets;
    private readonly Vector128<ulong> _mask;

    /// <summary>Copies the ICV, which a kernel may overwrite where it lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Icv(ReadOnlySpan<byte> octets)
    {
        Debug.Assert(octets.Length is 8 or 12 or 16, "RFC 4106 §6 knows three lengths");
        (ulong high, ulong mask) = octets.Length switch
        {
            16 => (BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]), ulong.MaxValue),
            12 => (BinaryPrimitives.ReadUInt32LittleEndian(octets[8..]), uint.MaxValue),
            _ => (0ul, 0ul),
        };
        _octets = Vector128.Create(BinaryPrimitives.ReadUInt64LittleEndian(octets), high);
        _mask = Vector128.Create(ulong.MaxValue, mask);
    }

    /// <summary>Whether these are the first octets of the tag.</summary>
    /// <remarks>
    /// Constant time: all octets are compared before the one branch on the result. CryptographicOperations.FixedTimeEquals gives the same
    /// octet by octet and unoptimised, and took more than twice the time of all the rest of a packet of 64 octets.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsPrefixOf(Vector128<byte> tag)
    {
        Vector128<ulong> difference = (tag.AsUInt64() ^ _octets) & _mask;
        return (difference[0] | difference[1]) == 0;
    }

    /// <summary>Writes the first octets of a tag over the ICV.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<byte> tag, Span<byte> icv)
    {
        if (icv.Length == 16)
        {
            tag.CopyTo(icv);
            return;
        }

        MemoryMarshal.AsBytes(new ReadOnlySpan<Vector128<byte>>(in tag))[..icv.Length].CopyTo(icv);
    }
}
