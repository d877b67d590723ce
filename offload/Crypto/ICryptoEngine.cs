using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto;

/// <summary>An implementation of suites; the data plane asks it once per SA.</summary>
public interface ICryptoEngine
{
    /// <summary>The name an operator reads: "simd", "platform".</summary>
    string Name { get; }

    /// <summary>What AES-GCM runs on, for an operator: "VAES and VPCLMULQDQ, four blocks at a time", "the system's library".</summary>
    string Instructions { get; }

    /// <summary>Whether this engine implements the suite on this processor.</summary>
    bool Supports(CipherSuite suite);

    /// <summary>Whether this engine implements the algorithm for AH on this processor.</summary>
    bool Supports(IntegrityAlgorithm algorithm);

    /// <summary>Expands the keys; throws <see cref="ArgumentException"/> when a key has another length than the suite's.</summary>
    IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers);

    /// <summary>Expands the key of an AH SA (GMAC: key and 4-byte salt, key bits from its length); throws <see cref="ArgumentException"/> for a wrong length.</summary>
    IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key);
}
