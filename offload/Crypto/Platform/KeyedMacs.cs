using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>Which construction computes an integrity algorithm.</summary>
internal static class KeyedMacs
{
    /// <summary>Keys the algorithm; any key length its construction takes.</summary>
    public static IKeyedMac Create(IntegrityAlgorithm algorithm, ReadOnlySpan<byte> key) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 => new HmacCode(HashAlgorithmName.MD5, key),
        IntegrityAlgorithm.HmacSha1_96 => new HmacCode(HashAlgorithmName.SHA1, key),
        IntegrityAlgorithm.HmacSha256_128 => new HmacCode(HashAlgorithmName.SHA256, key),
        IntegrityAlgorithm.HmacSha384_192 => new HmacCode(HashAlgorithmName.SHA384, key),
        IntegrityAlgorithm.HmacSha512_256 => new HmacCode(HashAlgorithmName.SHA512, key),
        IntegrityAlgorithm.AesXcbc96 => BlockCode.Xcbc(key),
        IntegrityAlgorithm.AesCmac96 => BlockCode.Cmac(key),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a separate MAC"),
    };
}
