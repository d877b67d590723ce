using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto;

/// <summary>Key material of one direction: the cipher's key followed by its salt (RFC 4106 §8.1, RFC 3686 §5.1), and the MAC's key, empty for a combined cipher.</summary>
public sealed record SuiteKeys(SecretBytes Encryption, SecretBytes Integrity) : IDisposable
{
    /// <summary>Throws <see cref="ArgumentException"/> when a key has another length than the suite's.</summary>
    public void Require(CipherSuite suite)
    {
        RequireLength(Encryption, suite.KeyLength + suite.SaltLength, nameof(Encryption), suite);
        RequireLength(Integrity, suite.IntegrityKeyLength, nameof(Integrity), suite);
    }

    /// <summary>Zeroes both keys.</summary>
    public void Dispose()
    {
        Encryption.Dispose();
        Integrity.Dispose();
    }

    private static void RequireLength(SecretBytes key, int length, string name, CipherSuite suite)
    {
        if (key.Length != length)
        {
            throw new ArgumentException($"{suite.Name} takes {length} octets of {name.ToLowerInvariant()} key, not {key.Length}", name);
        }
    }
}
