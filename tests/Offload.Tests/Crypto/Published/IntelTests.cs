using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class IntelTests : PublishedCases
{
    private const string Folder = "intel-ipsec-mb";

    [Theory, MemberData(nameof(Engines))]
    public void Ccm_EveryCase_IsAnsweredAsPublished(string engine) => Aead(engine, EncryptionAlgorithm.AesCcm16, "ccm_128_test.json", 39);

    [Theory, MemberData(nameof(Engines))]
    public void ChaCha20Poly1305_EveryCase_IsAnsweredAsPublished(string engine) => Aead(engine, EncryptionAlgorithm.ChaCha20Poly1305, "chacha20_poly1305_test.json", 3);

    [Theory, MemberData(nameof(Engines))]
    public void Macs_EveryCase_IsAnsweredAsPublished(string engine)
    {
        Mac(engine, IntegrityAlgorithm.AesCmac96, "cmac_128_test.json", 17);
        Mac(engine, IntegrityAlgorithm.AesXcbc96, "xcbc_test.json", 7);
        Mac(engine, IntegrityAlgorithm.HmacSha1_96, "hmac_sha1_test.json", 8);
        Mac(engine, IntegrityAlgorithm.HmacSha256_128, "hmac_sha256_test.json", 8);
        Mac(engine, IntegrityAlgorithm.HmacSha384_192, "hmac_sha384_test.json", 7);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Ciphers_EveryCase_IsAnsweredAsPublished(string engine)
    {
        Cipher(engine, EncryptionAlgorithm.AesCbc, "cbc_test.json", 7);
        Cipher(engine, EncryptionAlgorithm.TripleDesCbc, "des3_test.json", 4);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Ctr_CasesInTheFormOfRfc3686_AreAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesCtr);
        var vectors = WycheproofFile.Cipher(Published($"{Folder}/ctr_test.json"), isPadded: false).Where(vector => vector.Iv.Length == 12).ToList();
        CipherCheck.Run(tested, EncryptionAlgorithm.AesCtr, vectors).ShouldBe(tested, 14, esp: 14);
    }

    private static void Aead(string engine, EncryptionAlgorithm family, string file, int cases)
    {
        var tested = Implementing(engine, family);
        var tally = AeadCheck.Run(tested, family, WycheproofFile.Aead(Published($"{Folder}/{file}")));
        Assert.Equal(cases, tally.Esp + tally.Ah + tally.Primitive + tally.NotExpressible);
        Assert.True(tested.Primitives is null || tally.NotExpressible == 0, tally.ToString());
    }

    private static void Mac(string engine, IntegrityAlgorithm algorithm, string file, int cases)
    {
        var tested = Implementing(engine, algorithm);
        var tally = MacCheck.Run(tested, algorithm, WycheproofFile.Mac(Published($"{Folder}/{file}")));
        Assert.Equal(cases, tally.Ah + tally.Primitive + tally.NotExpressible);
        Assert.True(tested.Primitives is null || tally.NotExpressible == 0, tally.ToString());
    }

    private static void Cipher(string engine, EncryptionAlgorithm algorithm, string file, int cases)
    {
        var tested = Implementing(engine, algorithm);
        var tally = CipherCheck.Run(tested, algorithm, WycheproofFile.Cipher(Published($"{Folder}/{file}"), isPadded: false));
        Assert.Equal(cases, tally.Esp + tally.NotExpressible);
    }
}
