using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto;

/// <summary>Key material of one direction: the cipher's key followed by its salt (RFC 4106 §8.1, RFC 3686 §5.1), and the MAC's key, empty for a combined cipher.</summary>
public sealed record SuiteKeys(SecretBytes Encryption, SecretBytes Integrity) : IDisposable
{
    /// <summary>Zeroes both keys.</summary>
    public void Dispose()
    {
        Encryption.Dispose();
        Integrity.Dispose();
    }
}
