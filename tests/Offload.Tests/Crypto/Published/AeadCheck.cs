using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

/// <summary>Runs cases of combined ciphers: in ESP's form where nonce and AAD fit it, in AH's where only AAD is proven, else on the bare primitive.</summary>
public static class AeadCheck
{
    public static Tally Run(EngineUnderTest tested, EncryptionAlgorithm family, IEnumerable<AeadVector> vectors) =>
        vectors.Aggregate(Tally.None, (tally, vector) => tally + Run(tested, family, vector));

    private static Tally Run(EngineUnderTest tested, EncryptionAlgorithm family, AeadVector vector)
    {
        if (SuiteOf(family, vector) is { } suite && tested.Engine.Supports(suite))
        {
            InEsp(tested.Engine, suite, vector);
            return new Tally(1, 0, 0, 0);
        }

        if (IsGmac(family, vector) && tested.Engine.Supports(IntegrityAlgorithm.AesGmac))
        {
            InAh(tested.Engine, vector);
            return new Tally(0, 1, 0, 0);
        }

        return OnPrimitive(tested, family, vector) ? new Tally(0, 0, 1, 0) : new Tally(0, 0, 0, 1);
    }

    // The salt takes the front of the nonce, the AAD is SPI and number, extended when it has 12 octets.
    private static void InEsp(ICryptoEngine engine, CipherSuite suite, AeadVector vector)
    {
        var isExtended = vector.Aad.Length == 12;
        using var keys = PacketForge.Keys([.. vector.Key, .. vector.Nonce[..suite.SaltLength]], []);
        using var cipher = engine.CreateCipher(suite, keys, isExtended);
        byte[] header = [.. vector.Aad[..4], .. vector.Aad[^4..], .. vector.Nonce[suite.SaltLength..]];
        var high = isExtended ? (ulong)BinaryPrimitives.ReadUInt32BigEndian(vector.Aad.AsSpan(4)) << 32 : 0;
        var sequence = high | BinaryPrimitives.ReadUInt32BigEndian(vector.Aad.AsSpan(vector.Aad.Length - 4));
        byte[] published = [.. header, .. vector.Ciphertext, .. vector.Tag];
        byte[] packet = (byte[])published.Clone();
        Assert.True(vector.IsValid == cipher.TryOpen(packet, sequence), vector.Name);
        if (!vector.IsValid)
        {
            return;
        }

        Assert.True(packet.AsSpan(16, vector.Plaintext.Length).SequenceEqual(vector.Plaintext), vector.Name);
        packet = [.. header, .. vector.Plaintext, .. new byte[vector.Tag.Length]];
        cipher.Seal(packet, sequence);
        Assert.True(published.AsSpan().SequenceEqual(packet), vector.Name);
        Assert.False(cipher.TryOpen(PacketForge.WithBitTurned(published, (8 * published.Length) - 1), sequence), vector.Name);
    }

    private static void InAh(ICryptoEngine engine, AeadVector vector)
    {
        using var key = new SecretBytes([.. vector.Key, .. vector.Nonce[..4]]);
        using var mac = engine.CreateMac(IntegrityAlgorithm.AesGmac, key);
        byte[] icv = [.. vector.Nonce[4..], .. vector.Tag];
        Assert.True(vector.IsValid == mac.Verify(vector.Aad, icv), vector.Name);
        Assert.False(mac.Verify(vector.Aad, PacketForge.WithBitTurned(icv, 3)), vector.Name);
    }

    private static bool OnPrimitive(EngineUnderTest tested, EncryptionAlgorithm family, AeadVector vector)
    {
        if (tested.Primitives?.Aead(family, vector.Key, vector.Nonce.Length, vector.Aad.Length, vector.Tag.Length) is not { } aead)
        {
            return false;
        }

        var opened = aead.Decrypt(vector.Nonce, vector.Ciphertext, vector.Aad, vector.Tag);
        Assert.True(vector.IsValid == opened is not null, vector.Name);
        if (vector.IsValid)
        {
            var (ciphertext, tag) = aead.Encrypt(vector.Nonce, vector.Plaintext, vector.Aad, vector.Tag.Length);
            Assert.True(opened.AsSpan().SequenceEqual(vector.Plaintext) && ciphertext.AsSpan().SequenceEqual(vector.Ciphertext) && tag.AsSpan().SequenceEqual(vector.Tag), vector.Name);
            Assert.True(aead.Decrypt(vector.Nonce, vector.Ciphertext, vector.Aad, PacketForge.WithBitTurned(vector.Tag, 0)) is null, vector.Name);
        }

        return true;
    }

    private static bool IsGmac(EncryptionAlgorithm family, AeadVector vector) =>
        family == EncryptionAlgorithm.AesGcm16 && vector.Nonce.Length == 12 && vector.Tag.Length == 16 && vector.Plaintext.Length == 0 && vector.Ciphertext.Length == 0;

    private static CipherSuite? SuiteOf(EncryptionAlgorithm family, AeadVector vector)
    {
        EncryptionAlgorithm? algorithm = (family, vector.Tag.Length) switch
        {
            (EncryptionAlgorithm.AesGcm16, 8) => EncryptionAlgorithm.AesGcm8,
            (EncryptionAlgorithm.AesGcm16, 12) => EncryptionAlgorithm.AesGcm12,
            (EncryptionAlgorithm.AesGcm16, 16) => EncryptionAlgorithm.AesGcm16,
            (EncryptionAlgorithm.AesCcm16, 8) => EncryptionAlgorithm.AesCcm8,
            (EncryptionAlgorithm.AesCcm16, 12) => EncryptionAlgorithm.AesCcm12,
            (EncryptionAlgorithm.AesCcm16, 16) => EncryptionAlgorithm.AesCcm16,
            (EncryptionAlgorithm.ChaCha20Poly1305, 16) => EncryptionAlgorithm.ChaCha20Poly1305,
            _ => null,
        };
        var suite = algorithm is null ? null : new CipherSuite(algorithm.Value, 8 * vector.Key.Length);
        return suite is not null && CipherSuite.All.Contains(suite) && vector.Aad.Length is 8 or 12 && vector.Nonce.Length == suite.SaltLength + suite.IvLength ? suite : null;
    }
}
