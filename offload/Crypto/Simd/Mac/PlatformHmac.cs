using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>HMAC by the platform, whose hashes are as fast as the processor allows.</summary>
internal sealed class PlatformHmac(IntegrityAlgorithm algorithm, ReadOnlySpan<byte> key) : TruncatedMac(algorithm)
{
    private const int LongestHash = 64;
    private readonly SecretBytes _key = new(key);

    /// <summary>Whether the algorithm is an HMAC.</summary>
    public static bool IsHmac(IntegrityAlgorithm algorithm) => algorithm
        is IntegrityAlgorithm.HmacMd5_96 or IntegrityAlgorithm.HmacSha1_96
        or IntegrityAlgorithm.HmacSha256_128 or IntegrityAlgorithm.HmacSha384_192 or IntegrityAlgorithm.HmacSha512_256;

    public override void Compute(ReadOnlySpan<byte> octets, Span<byte> icv)
    {
        Span<byte> hash = stackalloc byte[LongestHash];
        ReadOnlySpan<byte> key = _key.Reveal();
        switch (Algorithm)
        {
            case IntegrityAlgorithm.HmacMd5_96:
                HMACMD5.HashData(key, octets, hash);
                break;
            case IntegrityAlgorithm.HmacSha1_96:
                HMACSHA1.HashData(key, octets, hash);
                break;
            case IntegrityAlgorithm.HmacSha256_128:
                HMACSHA256.HashData(key, octets, hash);
                break;
            case IntegrityAlgorithm.HmacSha384_192:
                HMACSHA384.HashData(key, octets, hash);
                break;
            default:
                HMACSHA512.HashData(key, octets, hash);
                break;
        }

        hash[..IcvLength].CopyTo(icv);
    }

    public override void Dispose() => _key.Dispose();
}
