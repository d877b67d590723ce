using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Macs;

namespace IpsecDp.Ike.Keys;

/// <summary>The negotiated pseudorandom function, RFC 7296 §2.13.</summary>
public static class Prf
{
    /// <summary>prf(key, first | second); <paramref name="output"/> is exactly one output long.</summary>
    public static void Compute(PrfTransform prf, ReadOnlySpan<byte> key, Span<byte> output, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        ArgumentNullException.ThrowIfNull(prf);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, prf.OutputLength);
        using var mac = KeyedMac.ForPrf(prf, key);
        mac.Append(first);
        mac.Append(second);
        mac.Finish(output);
    }

    /// <summary>prf(key, first | second) as a secret of its own.</summary>
    public static SecretBytes Secret(PrfTransform prf, ReadOnlySpan<byte> key, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        ArgumentNullException.ThrowIfNull(prf);
        using var output = new ScratchSecret(prf.OutputLength);
        Compute(prf, key, output.Octets, first, second);
        return output.ToSecret();
    }
}
