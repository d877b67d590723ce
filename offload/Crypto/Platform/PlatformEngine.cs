using System.Collections.Frozen;
using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>Every suite on System.Security.Cryptography, whose native library brings its own vector code.</summary>
public sealed class PlatformEngine : ICryptoEngine
{
    private static readonly FrozenSet<CipherSuite> Known = CipherSuite.All.ToFrozenSet();

    /// <inheritdoc/>
    public string Name => "platform";

    /// <inheritdoc/>
    public string Instructions => "the system's library";

    /// <inheritdoc/>
    public bool Supports(CipherSuite suite) => Known.Contains(suite) && suite.Encryption switch
    {
        EncryptionAlgorithm.AesGcm8 or EncryptionAlgorithm.AesGcm12 or EncryptionAlgorithm.AesGcm16 or EncryptionAlgorithm.AesGmac => GcmAvailability.Has(suite.KeyBits),
        EncryptionAlgorithm.ChaCha20Poly1305 => ChaCha20Poly1305.IsSupported,
        _ => true,
    };

    /// <inheritdoc/>
    public bool Supports(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.None => false,
        // RFC 4543 §4: the key's length comes with the key.
        IntegrityAlgorithm.AesGmac => GcmAvailability.Has(128) && GcmAvailability.Has(192) && GcmAvailability.Has(256),
        _ => true,
    };

    /// <inheritdoc/>
    public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        if (!Supports(suite))
        {
            throw new ArgumentException($"{suite.Name} is not a suite of the {Name} engine", nameof(suite));
        }

        keys.Require(suite);
        if (suite.Encryption == EncryptionAlgorithm.TripleDesCbc)
        {
            TripleDesKey.Require(keys.Encryption.Reveal());
        }

        return suite.Encryption switch
        {
            EncryptionAlgorithm.AesGmac => new GmacCipher(suite, keys, extendedSequenceNumbers),
            _ when suite.IsCombined => new CombinedCipher(suite, keys, extendedSequenceNumbers),
            _ => new PairedCipher(suite, keys, extendedSequenceNumbers),
        };
    }

    /// <inheritdoc/>
    public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key)
    {
        if (!Supports(algorithm))
        {
            throw new ArgumentException($"{SuiteNames.Of(algorithm)} is not a MAC of the {Name} engine", nameof(algorithm));
        }

        IntegrityKey.Require(algorithm, key);
        return algorithm == IntegrityAlgorithm.AesGmac ? new GmacMac(key) : new SeparateMac(algorithm, key);
    }
}
