using IpsecDp.Crypto;
using IpsecDp.TestKit.Crypto;

namespace Offload.Tests.Crypto;

/// <summary>An engine's bare primitives, for published cases that no ESP or AH packet can carry.</summary>
public interface IPrimitives
{
    /// <summary>The combined cipher under a key, or null when the engine does not take such a nonce, AAD or tag.</summary>
    IPlainAead? Aead(EncryptionAlgorithm algorithm, byte[] key, int nonceLength, int aadLength, int tagLength);

    /// <summary>The leading octets of a separate MAC under a key of any length.</summary>
    byte[] Mac(IntegrityAlgorithm algorithm, byte[] key, byte[] message, int length);

    /// <summary>3DES-CBC encryption under a key that an SA must not have, or null when even the primitive refuses it.</summary>
    byte[]? TripleDes(byte[] key, byte[] iv, byte[] plaintext);
}
