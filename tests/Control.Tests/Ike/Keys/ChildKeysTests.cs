using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys;

public sealed class ChildKeysTests
{
    private static readonly PrfTransform Prf256 = PrfTransform.Of(PrfId.HmacSha256);
    private static readonly byte[] Ni = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Nr = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    [Fact]
    public void Derive_WithoutForwardSecrecy_CutsInitiatorFirstAndEncryptionFirst()
    {
        using var derivation = new SecretBytes(new byte[32]);
        using var keys = ChildKeys.Derive(Prf256, derivation, new NoncePair(Ni, Nr), new ChildKeyLengths(20, 32));
        var material = Material([.. Ni, .. Nr], 104);
        Assert.Equal(material[..20], keys.FromInitiator.Encryption.Octets());
        Assert.Equal(material[20..52], keys.FromInitiator.Integrity.Octets());
        Assert.Equal(material[52..72], keys.FromResponder.Encryption.Octets());
        Assert.Equal(material[72..], keys.FromResponder.Integrity.Octets());
    }

    [Fact]
    public void Derive_WithForwardSecrecyAndFurtherExchanges_SeedsAsRfc9370Says()
    {
        using var derivation = new SecretBytes(new byte[32]);
        using var shared = new SecretBytes([7, 7]);
        using var further = new SecretBytes([8, 8, 8]);
        using var keys = ChildKeys.Derive(Prf256, derivation, new NoncePair(Ni, Nr), new ChildKeyLengths(36, 0), shared, further);
        var material = Material([7, 7, .. Ni, .. Nr, 8, 8, 8], 72);
        Assert.Equal(material[..36], keys.FromInitiator.Encryption.Octets());
        Assert.Equal(material[36..], keys.FromResponder.Encryption.Octets());
        Assert.Equal(0, keys.FromInitiator.Integrity.Length);
        using var without = ChildKeys.Derive(Prf256, derivation, new NoncePair(Ni, Nr), new ChildKeyLengths(36, 0), shared);
        Assert.NotEqual(material[..36], without.FromInitiator.Encryption.Octets());
    }

    [Fact]
    public void Of_Suite_CountsTheSaltToTheKey()
    {
        Assert.Equal(new ChildKeyLengths(20, 0), ChildKeyLengths.Of(new CipherSuite(EncryptionAlgorithm.AesGcm16, 128)));
        Assert.Equal(new ChildKeyLengths(32, 32), ChildKeyLengths.Of(new CipherSuite(EncryptionAlgorithm.AesCbc, 256, IntegrityAlgorithm.HmacSha256_128)));
    }

    // prf+ spelled out with the platform's HMAC, key of 32 zeros.
    private static byte[] Material(byte[] seed, int length)
    {
        byte[] all = [];
        byte[] last = [];
        for (byte count = 1; all.Length < length; count++)
        {
            last = HMACSHA256.HashData(new byte[32], (byte[])[.. last, .. seed, count]);
            all = [.. all, .. last];
        }

        return all[..length];
    }
}
