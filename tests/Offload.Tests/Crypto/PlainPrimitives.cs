using IpsecDp.Crypto;
using IpsecDp.TestKit.Crypto;

namespace Offload.Tests.Crypto;

/// <summary>The oracle takes whatever the documents define.</summary>
public sealed class PlainPrimitives : IPrimitives
{
    public IPlainAead? Aead(EncryptionAlgorithm algorithm, byte[] key, int nonceLength, int aadLength, int tagLength) => algorithm switch
    {
        EncryptionAlgorithm.AesGcm16 when nonceLength > 0 => new PlainGcm(key),
        EncryptionAlgorithm.AesCcm16 when nonceLength is >= 7 and <= 13 && tagLength is >= 4 and <= 16 && tagLength % 2 == 0 => new PlainCcm(key),
        EncryptionAlgorithm.ChaCha20Poly1305 when nonceLength == 12 => new PlainChaCha20Poly1305(key),
        _ => null,
    };

    public byte[] Mac(IntegrityAlgorithm algorithm, byte[] key, byte[] message, int length) => PlainMac.Whole(algorithm, key, message)[..length];

    public byte[]? TripleDes(byte[] key, byte[] iv, byte[] plaintext) => PlainModes.CbcEncrypt(new PlainTripleDes(key), iv, plaintext);
}
