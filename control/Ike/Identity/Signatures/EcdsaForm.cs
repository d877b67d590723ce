using System.Formats.Asn1;
using System.Numerics;

namespace IpsecDp.Ike.Identity.Signatures;

/// <summary>The DER form of an ECDSA signature (RFC 3279 §2.2.3) read strictly; the platform's own reader takes numbers without their leading zero.</summary>
internal static class EcdsaForm
{
    /// <summary>r | s, each half of <paramref name="length"/> octets; null for what is no DER, negative, zero or too long.</summary>
    public static byte[]? ToFixed(ReadOnlySpan<byte> der, int length)
    {
        try
        {
            var reader = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var (r, s) = (sequence.ReadInteger(), sequence.ReadInteger());
            sequence.ThrowIfNotEmpty();
            var octets = new byte[length];
            return TryPut(r, octets.AsSpan(0, length / 2)) && TryPut(s, octets.AsSpan(length / 2)) ? octets : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool TryPut(BigInteger number, Span<byte> place)
    {
        var length = number.Sign > 0 ? number.GetByteCount(isUnsigned: true) : int.MaxValue;
        return length <= place.Length && number.TryWriteBytes(place[^length..], out _, isUnsigned: true, isBigEndian: true);
    }
}
