using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class WycheproofTests : PublishedCases
{
    [Theory, MemberData(nameof(Engines))]
    public void Gcm_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesGcm16);
        AeadCheck.Run(tested, EncryptionAlgorithm.AesGcm16, WycheproofFile.Aead(Published("wycheproof/aes_gcm_test.json"))).ShouldBe(tested, 316, esp: 5, ah: 4, primitive: 188);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Ccm_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesCcm16);
        AeadCheck.Run(tested, EncryptionAlgorithm.AesCcm16, WycheproofFile.Aead(Published("wycheproof/aes_ccm_test.json"))).ShouldBe(tested, 552, esp: 9, primitive: 477);
    }

    [Theory, MemberData(nameof(Engines))]
    public void ChaCha20Poly1305_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.ChaCha20Poly1305);
        AeadCheck.Run(tested, EncryptionAlgorithm.ChaCha20Poly1305, WycheproofFile.Aead(Published("wycheproof/chacha20_poly1305_test.json"))).ShouldBe(tested, 325, esp: 47, primitive: 269);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Cbc_EveryValidCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesCbc);
        CipherCheck.Run(tested, EncryptionAlgorithm.AesCbc, WycheproofFile.Cipher(Published("wycheproof/aes_cbc_pkcs5_test.json"), isPadded: true)).ShouldBe(tested, 72, esp: 72);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Cmac_EveryCase_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.AesCmac96, "aes_cmac_test.json", 311, 81, 225);

    [Theory, MemberData(nameof(Engines))]
    public void HmacSha1_EveryCase_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.HmacSha1_96, "hmac_sha1_test.json", 170, 67, 103);

    [Theory, MemberData(nameof(Engines))]
    public void HmacSha256_EveryCase_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.HmacSha256_128, "hmac_sha256_test.json", 174, 154, 20);

    [Theory, MemberData(nameof(Engines))]
    public void HmacSha512_EveryCase_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.HmacSha512_256, "hmac_sha512_test.json", 174, 154, 20);

    private static void Mac(string engine, IntegrityAlgorithm algorithm, string file, int cases, int ah, int primitive)
    {
        var tested = Implementing(engine, algorithm);
        MacCheck.Run(tested, algorithm, WycheproofFile.Mac(Published($"wycheproof/{file}"))).ShouldBe(tested, cases, ah: ah, primitive: primitive);
    }
}
