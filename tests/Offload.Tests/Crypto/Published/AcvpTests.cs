using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class AcvpTests : PublishedCases
{
    [Theory, MemberData(nameof(Engines))]
    public void Gcm_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesGcm16);
        AeadCheck.Run(tested, EncryptionAlgorithm.AesGcm16, AcvpFile.Aead(Projection("ACVP-AES-GCM-1.0"))).ShouldBe(tested, 60, ah: 30);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Cbc_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesCbc);
        CipherCheck.Run(tested, EncryptionAlgorithm.AesCbc, AcvpFile.Cipher(Projection("ACVP-AES-CBC-1.0"))).ShouldBe(tested, 2150, esp: 2150);
    }

    // Nearly all of them have weak or equal parts, to test DES itself: below the packet.
    [Theory, MemberData(nameof(Engines))]
    public void TripleDes_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.TripleDesCbc);
        CipherCheck.Run(tested, EncryptionAlgorithm.TripleDesCbc, AcvpFile.Cipher(Projection("ACVP-TDES-CBC-1.0"))).ShouldBe(tested, 688, esp: 20, primitive: 600);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Cmac_EveryCase_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.AesCmac96, "CMAC-AES-1.0", 756, 84, 672);

    [Theory, MemberData(nameof(Engines))]
    public void HmacSha256_EveryCaseOfWholeOctets_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.HmacSha256_128, "HMAC-SHA2-256-2.0", 150, 0, 0);

    [Theory, MemberData(nameof(Engines))]
    public void HmacSha512_EveryCaseOfWholeOctets_IsAnsweredAsPublished(string engine) => Mac(engine, IntegrityAlgorithm.HmacSha512_256, "HMAC-SHA2-512-2.0", 150, 0, 0);

    private static void Mac(string engine, IntegrityAlgorithm algorithm, string set, int cases, int ah, int primitive)
    {
        var tested = Implementing(engine, algorithm);
        MacCheck.Run(tested, algorithm, AcvpFile.Mac(Projection(set))).ShouldBe(tested, cases, ah: ah, primitive: primitive);
    }

    private static string Projection(string set) => Published($"nist-acvp/{set}/internalProjection.json.gz");
}
