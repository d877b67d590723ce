using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto;

/// <summary>What an AH SA's key must be.</summary>
public static class IntegrityKey
{
    private const int GmacSaltLength = 4;

    /// <summary>Throws <see cref="ArgumentException"/> when the key has a length the algorithm does not take; GMAC takes 16, 24 or 32 octets and 4 of salt (RFC 4543 §5.3).</summary>
    public static void Require(IntegrityAlgorithm algorithm, SecretBytes key)
    {
        var isRight = algorithm == IntegrityAlgorithm.AesGmac
            ? (key.Length - GmacSaltLength) is 16 or 24 or 32
            : algorithm != IntegrityAlgorithm.None && key.Length == CipherSuite.KeyLengthOf(algorithm);
        if (!isRight)
        {
            throw new ArgumentException($"{SuiteNames.Of(algorithm)} does not take a key of {key.Length} octets", nameof(key));
        }
    }
}
