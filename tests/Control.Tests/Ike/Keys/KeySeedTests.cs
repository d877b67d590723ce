using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Control.Tests.Ike.Keys;

public sealed class KeySeedTests
{
    private static readonly byte[] Ni = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
    private static readonly byte[] Nr = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("sha1", PrfId.HmacSha1)]
    [InlineData("sha256", PrfId.HmacSha256)]
    [InlineData("sha512", PrfId.HmacSha512)]
    public void OfInit_PublishedCases_AllMatch(string file, PrfId id)
    {
        var tested = 0;
        foreach (var vector in PublishedJson.Read($"nss/ike-vectors/ike-{file}.json").GetProperty("vectors").EnumerateArray().Where(v => v.Text("test_type") == "ikeGxy"))
        {
            using var shared = new SecretBytes(vector.Hex("ikm"));
            using var seed = KeySeed.OfInit(PrfTransform.Of(id), new NoncePair(vector.Hex("Ni"), vector.Hex("Nr")), shared);
            Assert.Equal(vector.Hex("okm"), seed.Octets());
            tested++;
        }

        Assert.InRange(tested, 2, int.MaxValue);
    }

    [Theory]
    [InlineData("sha1", PrfId.HmacSha1)]
    [InlineData("sha256", PrfId.HmacSha256)]
    [InlineData("sha512", PrfId.HmacSha512)]
    public void OfRekey_PublishedCases_AllMatch(string file, PrfId id)
    {
        var tested = 0;
        foreach (var vector in PublishedJson.Read($"nss/ike-vectors/ike-{file}.json").GetProperty("vectors").EnumerateArray().Where(v => v.Text("test_type") == "ikeV2Rekey"))
        {
            using var derivation = new SecretBytes(vector.Hex("ikm"));
            using var shared = new SecretBytes(vector.Hex("gxykm"));
            using var seed = KeySeed.OfRekey(PrfTransform.Of(id), derivation, shared, new NoncePair(vector.Hex("Ni"), vector.Hex("Nr")));
            Assert.Equal(vector.Hex("okm"), seed.Octets());
            tested++;
        }

        Assert.InRange(tested, 1, int.MaxValue);
    }

    [Fact]
    public void Derivation_CavpCase_MatchesFromNoncesToRekey()
    {
        var (prf, tested) = (PrfTransform.Of(PrfId.HmacSha1), 0);
        var set = PublishedJson.Read("libreswan/vectors/ike_alg_prf.json").GetProperty("vectors").EnumerateArray().Single(s => s.Text("name") == "hmac_sha1_kdf_tests");
        foreach (var vector in set.GetProperty("value").EnumerateArray().Where(v => v.TryGetProperty("gir", out _)))
        {
            var nonces = new NoncePair(vector.Hex("ni"), vector.Hex("nr"));
            using var shared = new SecretBytes(vector.Hex("gir"));
            using var seed = KeySeed.OfInit(prf, nonces, shared);
            Assert.Equal(vector.Hex("skeyseed"), seed.Octets());

            var material = new byte[vector.Hex("dkm").Length];
            PrfPlus.Expand(prf, seed.Reveal(), (byte[])[.. nonces.Joined.Span, .. vector.Hex("spii"), .. vector.Hex("spir")], material);
            Assert.Equal(vector.Hex("dkm"), material);

            using var derivation = new SecretBytes(material.AsSpan(0, prf.OutputLength));
            using var next = new SecretBytes(vector.Hex("gir_new"));
            using var rekeyed = KeySeed.OfRekey(prf, derivation, next, nonces);
            Assert.Equal(vector.Hex("skeyseed_rekey"), rekeyed.Octets());
            tested++;
        }

        Assert.InRange(tested, 1, int.MaxValue);
    }

    [Fact]
    public void OfInit_AesCmac_TakesEightOctetsOfEachNonce()
    {
        // RFC 7296 §2.14, with another implementation's CMAC.
        var mac = new CMac(new AesEngine());
        mac.Init(new KeyParameter([.. Ni[..8], .. Nr[..8]]));
        mac.BlockUpdate(Nr, 0, Nr.Length);
        var expected = new byte[16];
        mac.DoFinal(expected, 0);
        using var shared = new SecretBytes(Nr);
        using var seed = KeySeed.OfInit(PrfTransform.Of(PrfId.AesCmac), new NoncePair(Ni, Nr), shared);
        Assert.Equal(expected, seed.Octets());
    }

    [Fact]
    public void OfRekey_WithFurtherExchanges_PutsTheirSecretsBehindTheNonces()
    {
        // RFC 9370 §2.2.4: prf(SK_d, SK(0) | Ni | Nr | SK(1) | SK(2)).
        byte[] key = [9, 9, 9];
        byte[] message = [1, 2, 3, .. Ni, .. Nr, 4, 5, 6, 7];
        using var derivation = new SecretBytes(key);
        using var first = new SecretBytes([1, 2, 3]);
        using var second = new SecretBytes([4, 5]);
        using var third = new SecretBytes([6, 7]);
        using var seed = KeySeed.OfRekey(PrfTransform.Of(PrfId.HmacSha256), derivation, first, new NoncePair(Ni, Nr), second, third);
        Assert.Equal(HMACSHA256.HashData(key, message), seed.Octets());
        using var swapped = KeySeed.OfRekey(PrfTransform.Of(PrfId.HmacSha256), derivation, first, new NoncePair(Ni, Nr), third, second);
        Assert.NotEqual(seed.Octets(), swapped.Octets());
    }

    [Fact]
    public void OfIntermediate_IsTheChainOfRfc9370()
    {
        // RFC 9370 §2.2.2: SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr).
        using var derivation = new SecretBytes([9, 9, 9]);
        using var shared = new SecretBytes([4, 5]);
        using var seed = KeySeed.OfIntermediate(PrfTransform.Of(PrfId.HmacSha512), derivation, shared, new NoncePair(Ni, Nr));
        Assert.Equal(HMACSHA512.HashData((byte[])[9, 9, 9], (byte[])[4, 5, .. Ni, .. Nr]), seed.Octets());
    }
}
