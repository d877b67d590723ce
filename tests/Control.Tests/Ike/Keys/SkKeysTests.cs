using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys;

public sealed class SkKeysTests
{
    // The prf+ case of NSS whose seed is Ni | Nr | SPIi | SPIr, 132 octets of output.
    private const string Seed = "5f00d1bd2c58ec224b1e6b71fa0f19a1faa7a193952c444411b47c1a9d8ba6fe";

    private static readonly IkeSuite Suite = new(
        EncryptionTransform.Of(EncryptionId.AesCbc, 128), IntegrityTransform.Of(IntegrityId.HmacSha1_96), PrfTransform.Of(PrfId.HmacSha256), KeyExchangeMethod.Of(KeyExchangeId.Curve25519));

    [Fact]
    public void Derive_PublishedKeyMaterial_IsCutInTheOrderOfTheRfc()
    {
        var vector = PublishedJson.Read("nss/ike-vectors/ike-sha256.json").GetProperty("vectors").EnumerateArray().Single(v => v.GetProperty("id").GetInt32() == 8);
        var label = vector.Hex("seed_data");
        var material = vector.Hex("okm");
        using var seed = new SecretBytes(vector.Hex("ikm"));
        using var keys = SkKeys.Derive(Suite, seed, new NoncePair(label.AsSpan(0, 8), label.AsSpan(8, 8)), SpisOf(label.AsSpan(16)));

        // RFC 7296 §2.14: SK_d, SK_ai, SK_ar, SK_ei, SK_er, SK_pi, SK_pr.
        Assert.Equal(material[..32], keys.Derivation.Octets());
        Assert.Equal(material[32..52], keys.Initiator.Integrity.Octets());
        Assert.Equal(material[52..72], keys.Responder.Integrity.Octets());
        Assert.Equal(material[72..88], keys.Initiator.Encryption.Octets());
        Assert.Equal(material[88..104], keys.Responder.Encryption.Octets());
        Assert.Equal(material[104..132], keys.Initiator.Proof.Octets()[..28]);
        Assert.Equal(32, keys.Responder.Proof.Length);
    }

    [Fact]
    public void Derive_CombinedCipher_HasNoIntegrityKeysAndSaltsBehindKeys()
    {
        var suite = new IkeSuite(EncryptionTransform.Of(EncryptionId.AesGcm16, 256), null, PrfTransform.Of(PrfId.HmacSha384), KeyExchangeMethod.Of(KeyExchangeId.Ecp384));
        using var seed = new SecretBytes(Convert.FromHexString(Seed));
        using var keys = SkKeys.Derive(suite, seed, Nonces(), new IkeSpis(1, 2));
        Assert.Equal((48, 0, 36, 48), (keys.Derivation.Length, keys.Initiator.Integrity.Length, keys.Initiator.Encryption.Length, keys.Responder.Proof.Length));
    }

    [Fact]
    public void Derive_AnySpiBitTurned_GivesOtherKeys()
    {
        using var seed = new SecretBytes(Convert.FromHexString(Seed));
        using var right = SkKeys.Derive(Suite, seed, Nonces(), new IkeSpis(1, 2));
        using var other = SkKeys.Derive(Suite, seed, Nonces(), new IkeSpis(1, 3));
        using var swapped = SkKeys.Derive(Suite, seed, Nonces(), new IkeSpis(2, 1));
        Assert.NotEqual(right.Derivation.Octets(), other.Derivation.Octets());
        Assert.NotEqual(right.Derivation.Octets(), swapped.Derivation.Octets());
    }

    [Fact]
    public void MixedWith_PostQuantumKey_ChangesThreeKeysAndNoOther()
    {
        // RFC 8784 §3: SK_d = prf+(PPK, SK_d'), and one output of prf+ is prf(PPK, SK_d' | 0x01).
        using var seed = new SecretBytes(Convert.FromHexString(Seed));
        using var plain = SkKeys.Derive(Suite, seed, Nonces(), new IkeSpis(1, 2));
        using var postQuantum = new SecretBytes("a secret of a later age"u8);
        using var mixed = plain.MixedWith(Suite.Prf, postQuantum);
        Assert.Equal(Expected(plain.Derivation), mixed.Derivation.Octets());
        Assert.Equal(Expected(plain.Initiator.Proof), mixed.Initiator.Proof.Octets());
        Assert.Equal(Expected(plain.Responder.Proof), mixed.Responder.Proof.Octets());
        Assert.Equal(plain.Initiator.Encryption.Octets(), mixed.Initiator.Encryption.Octets());
        Assert.Equal(plain.Responder.Integrity.Octets(), mixed.Responder.Integrity.Octets());

        static byte[] Expected(SecretBytes key) => HMACSHA256.HashData("a secret of a later age"u8.ToArray(), (byte[])[.. key.Octets(), 1]);
    }

    [Fact]
    public void Dispose_ZeroesEveryKey()
    {
        using var seed = new SecretBytes(Convert.FromHexString(Seed));
        var keys = SkKeys.Derive(Suite, seed, Nonces(), new IkeSpis(1, 2));
        var octets = keys.Responder.Proof.Reveal();
        keys.Dispose();
        Assert.False(octets.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => keys.Derivation.Reveal().Length);
        Assert.Throws<ObjectDisposedException>(() => keys.Initiator.Encryption.Reveal().Length);
    }

    [Fact]
    public void BugClass38_CipherWithoutIntegrity_IsNoSuite()
    {
        var (prf, method) = (PrfTransform.Of(PrfId.HmacSha256), KeyExchangeMethod.Of(KeyExchangeId.Curve25519));
        Assert.Throws<ArgumentException>(() => new IkeSuite(EncryptionTransform.Of(EncryptionId.AesCbc, 256), null, prf, method));
        Assert.Throws<ArgumentException>(() => new IkeSuite(EncryptionTransform.Of(EncryptionId.AesGcm16, 256), IntegrityTransform.Of(IntegrityId.HmacSha256_128), prf, method));
    }

    private static NoncePair Nonces() => new(new byte[32], new byte[32]);

    private static IkeSpis SpisOf(ReadOnlySpan<byte> octets) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(octets), System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));
}
