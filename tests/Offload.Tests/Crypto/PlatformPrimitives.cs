using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.TestKit.Crypto;

namespace Offload.Tests.Crypto;

/// <summary>The platform engine's modes and MACs below the packet.</summary>
public sealed class PlatformPrimitives : IPrimitives
{
    public IPlainAead? Aead(EncryptionAlgorithm algorithm, byte[] key, int nonceLength, int aadLength, int tagLength) => algorithm switch
    {
        EncryptionAlgorithm.AesGcm16 when nonceLength == 12 && tagLength is 8 or 12 or 13 or 14 or 15 or 16 => new ModeAead(() => new GcmMode(key, tagLength)),
        EncryptionAlgorithm.AesCcm16 when nonceLength is >= 7 and <= 13 && aadLength < 0xFF00 && tagLength is >= 4 and <= 16 && tagLength % 2 == 0 => new ModeAead(() => new CcmMode(key)),
        EncryptionAlgorithm.ChaCha20Poly1305 when nonceLength == 12 => new ModeAead(() => new ChaChaMode(key)),
        _ => null,
    };

    public byte[] Mac(IntegrityAlgorithm algorithm, byte[] key, byte[] message, int length)
    {
        using var mac = KeyedMacs.Create(algorithm, key);
        var code = new byte[length];

        // Cut in two, so that the octets behind are covered too.
        mac.Compute(message.AsSpan(0, message.Length / 2), message.AsSpan(message.Length / 2), code);
        return code;
    }

    public byte[]? TripleDes(byte[] key, byte[] iv, byte[] plaintext)
    {
        if (TripleDES.IsWeakKey(key))
        {
            return null;
        }

        using var cipher = TripleDES.Create();
        cipher.SetKey(key);
        using var cbc = new CbcPayload(cipher);
        var payload = (byte[])plaintext.Clone();
        cbc.Encrypt(iv, payload);
        var opened = (byte[])payload.Clone();
        cbc.Decrypt(iv, opened);
        Assert.Equal(plaintext, opened);
        return payload;
    }

    private sealed class ModeAead(Func<ICombinedMode> create) : IPlainAead
    {
        public (byte[] Ciphertext, byte[] Tag) Encrypt(byte[] nonce, byte[] plaintext, byte[] aad, int tagLength)
        {
            using var mode = create();
            var payload = (byte[])plaintext.Clone();
            var tag = new byte[tagLength];
            mode.Encrypt(nonce, payload, tag, aad);
            return (payload, tag);
        }

        public byte[]? Decrypt(byte[] nonce, byte[] ciphertext, byte[] aad, byte[] tag)
        {
            using var mode = create();
            var payload = (byte[])ciphertext.Clone();
            return mode.TryDecrypt(nonce, payload, tag, aad) ? payload : null;
        }
    }
}
