using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.TestKit.Crypto;

/// <summary>The oracle: every suite written from its document for obviousness, slow, allocating, sharing no code with the product.</summary>
public sealed class PlainEngine : ICryptoEngine
{
    /// <inheritdoc/>
    public string Name => "plain";

    /// <inheritdoc/>
    public string Instructions => "no vector instructions";

    /// <inheritdoc/>
    public bool Supports(CipherSuite suite) => CipherSuite.All.Contains(suite);

    /// <inheritdoc/>
    public bool Supports(IntegrityAlgorithm algorithm) => algorithm != IntegrityAlgorithm.None;

    /// <inheritdoc/>
    public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        keys.Require(suite);
        return suite.IsCombined
            ? new PlainCombinedCipher(suite, keys.Encryption.Reveal().ToArray(), extendedSequenceNumbers)
            : new PlainPairedCipher(suite, keys.Encryption.Reveal().ToArray(), keys.Integrity.Reveal().ToArray(), extendedSequenceNumbers);
    }

    /// <inheritdoc/>
    public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key)
    {
        IntegrityKey.Require(algorithm, key);
        return new PlainMac(algorithm, key.Reveal().ToArray());
    }
}
