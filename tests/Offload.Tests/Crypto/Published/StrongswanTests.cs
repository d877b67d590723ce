using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class StrongswanTests : PublishedCases
{
    private const string Folder = "strongswan-vectors";

    [Theory, MemberData(nameof(Engines))]
    public void Ccm_EveryCase_IsAnsweredAsPublished(string engine) => Aead(engine, EncryptionAlgorithm.AesCcm16, "aes_ccm.json", 16);

    [Theory, MemberData(nameof(Engines))]
    public void Gcm_EveryCase_IsAnsweredAsPublished(string engine) => Aead(engine, EncryptionAlgorithm.AesGcm16, "aes_gcm.json", 21);

    [Theory, MemberData(nameof(Engines))]
    public void Signers_EveryCase_IsAnsweredAsPublished(string engine)
    {
        Signers(engine, IntegrityAlgorithm.AesXcbc96, "aes_xcbc.json", "AUTH_AES_XCBC_96");
        Signers(engine, IntegrityAlgorithm.AesCmac96, "aes_cmac.json", "AUTH_AES_CMAC_96");
        Signers(engine, IntegrityAlgorithm.HmacMd5_96, "md5_hmac.json", "AUTH_HMAC_MD5_96");
        Signers(engine, IntegrityAlgorithm.HmacSha1_96, "sha1_hmac.json", "AUTH_HMAC_SHA1_96");
    }

    [Theory, MemberData(nameof(Engines))]
    public void Crypters_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var cbc = Implementing(engine, EncryptionAlgorithm.AesCbc);
        CipherCheck.Run(cbc, EncryptionAlgorithm.AesCbc, StrongswanFile.Crypters(Published($"{Folder}/aes_cbc.json"))).ShouldBe(cbc, 6, esp: 6);
        var tripleDes = Implementing(engine, EncryptionAlgorithm.TripleDesCbc);
        CipherCheck.Run(tripleDes, EncryptionAlgorithm.TripleDesCbc, StrongswanFile.Crypters(Published($"{Folder}/3des_cbc.json"))).ShouldBe(tripleDes, 2, esp: 2);
    }

    private static void Aead(string engine, EncryptionAlgorithm family, string file, int cases)
    {
        var tested = Implementing(engine, family);
        var tally = AeadCheck.Run(tested, family, StrongswanFile.Aead(Published($"{Folder}/{file}")).Select(pair => pair.Vector));
        Assert.Equal(cases, tally.Esp + tally.Ah + tally.Primitive + tally.NotExpressible);
        Assert.True(tested.Primitives is null || tally.NotExpressible == 0, tally.ToString());
    }

    private static void Signers(string engine, IntegrityAlgorithm algorithm, string file, string name)
    {
        var tested = Implementing(engine, algorithm);
        var vectors = StrongswanFile.Signers(Published($"{Folder}/{file}")).Where(pair => pair.Algorithm == name).Select(pair => pair.Vector).ToList();
        Assert.InRange(vectors.Count, 2, int.MaxValue);
        var tally = MacCheck.Run(tested, algorithm, vectors);
        Assert.True(tested.Primitives is null || tally.NotExpressible == 0, tally.ToString());
    }
}
