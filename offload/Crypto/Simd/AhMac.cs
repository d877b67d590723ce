using System.Security.Cryptography;
using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>AH with HMAC, AES-XCBC or AES-CMAC.</summary>
internal sealed class AhMac(TruncatedMac mac) : IPacketMac
{
    private const int LongestIcv = 32;

    public IntegrityAlgorithm Algorithm => mac.Algorithm;

    public int IcvLength => mac.IcvLength;

    public void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv) => mac.Compute(octets, icv);

    public bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv)
    {
        if (icv.Length != IcvLength)
        {
            return false;
        }

        Span<byte> computed = stackalloc byte[LongestIcv];
        computed = computed[..IcvLength];
        mac.Compute(octets, computed);
        return CryptographicOperations.FixedTimeEquals(computed, icv);
    }

    public void Dispose() => mac.Dispose();
}
