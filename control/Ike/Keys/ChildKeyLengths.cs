using IpsecDp.Crypto;

namespace IpsecDp.Ike.Keys;

/// <summary>Octets of key material one direction of a child SA takes.</summary>
/// <param name="Encryption">The cipher's key with its salt; 0 for AH.</param>
/// <param name="Integrity">The MAC's key; 0 beside a combined cipher.</param>
public readonly record struct ChildKeyLengths(int Encryption, int Integrity)
{
    /// <summary>What an ESP suite takes; the salt counts to the encryption key (RFC 4106 §8.1, RFC 7634 §2).</summary>
    public static ChildKeyLengths Of(CipherSuite suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return new(suite.KeyLength + suite.SaltLength, suite.IntegrityKeyLength);
    }
}
