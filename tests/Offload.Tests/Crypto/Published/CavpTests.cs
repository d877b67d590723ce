using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class CavpTests : PublishedCases
{
    private const string Ciphers = "pyca-cavp/ciphers";

    [Theory, MemberData(nameof(Engines))]
    public void GcmEncrypt_EveryCase_IsAnsweredAsPublished(string engine)
    {
        foreach (var bits in new[] { 128, 192, 256 })
        {
            Gcm(engine, $"gcmEncryptExtIV{bits}.rsp");
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void GcmDecrypt_EveryCaseAndEveryForgery_IsAnsweredAsPublished(string engine)
    {
        var cases = CavpFile.Gcm(Published($"{Ciphers}/AES/GCM/gcmDecrypt192.rsp"));
        Assert.Equal(3978, cases.Count(vector => !vector.IsValid));
        Gcm(engine, "gcmDecrypt192.rsp");
    }

    [Theory, MemberData(nameof(Engines))]
    public void Ccm_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesCcm16);
        string[] files = ["VTT128", "VTT192", "VTT256", "VADT128", "VADT192", "VADT256", "VPT128", "VPT192", "VPT256"];
        var tally = files.Select(file => AeadCheck.Run(tested, EncryptionAlgorithm.AesCcm16, CavpFile.Ccm(Published($"{Ciphers}/AES/CCM/{file}.rsp")))).Aggregate((a, b) => a + b);
        tally.ShouldBe(tested, 1950, primitive: 1950);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Cbc_EveryCase_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesCbc);
        var files = new[] { "CBCGFSbox", "CBCKeySbox", "CBCVarKey" }.SelectMany(kind => new[] { 128, 192, 256 }.Select(bits => $"{kind}{bits}.rsp"));
        var tally = files.Select(file => CipherCheck.Run(tested, EncryptionAlgorithm.AesCbc, CavpFile.Cipher(Published($"{Ciphers}/AES/CBC/{file}")))).Aggregate((a, b) => a + b);
        tally.ShouldBe(tested, 1310, esp: 1310);
    }

    [Theory, MemberData(nameof(Engines))]
    public void TripleDes_EveryCaseWithAKeyAnSaMayHave_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.TripleDesCbc);

        // TCBCMMT1 is single DES by three equal parts: refused keys, all of them.
        CipherCheck.Run(tested, EncryptionAlgorithm.TripleDesCbc, CavpFile.Cipher(Published($"{Ciphers}/3DES/CBC/TCBCMMT1.rsp"))).ShouldBe(tested, 20, primitive: 0);
        CipherCheck.Run(tested, EncryptionAlgorithm.TripleDesCbc, CavpFile.Cipher(Published($"{Ciphers}/3DES/CBC/TCBCMMT2.rsp"))).ShouldBe(tested, 20, esp: 20);
    }

    [Theory, MemberData(nameof(Engines))]
    public void ChaCha20Poly1305_EveryCaseOfOpenSsl_IsAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.ChaCha20Poly1305);
        AeadCheck.Run(tested, EncryptionAlgorithm.ChaCha20Poly1305, CavpFile.Aead(Published($"{Ciphers}/ChaCha20Poly1305/openssl.txt"))).ShouldBe(tested, 5, esp: 5);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Cmac_ExamplesOfSp80038B_AreAnsweredAsPublished(string engine)
    {
        var tested = Implementing(engine, IntegrityAlgorithm.AesCmac96);
        MacCheck.Run(tested, IntegrityAlgorithm.AesCmac96, CavpFile.Mac(Published("pyca-cavp/CMAC/nist-800-38b-aes128.txt"))).ShouldBe(tested, 4, ah: 4);
        MacCheck.Run(tested, IntegrityAlgorithm.AesCmac96, CavpFile.Mac(Published("pyca-cavp/CMAC/nist-800-38b-aes256.txt"))).ShouldBe(tested, 4, primitive: 4);
    }

    private static void Gcm(string engine, string file)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.AesGcm16);
        var tally = AeadCheck.Run(tested, EncryptionAlgorithm.AesGcm16, CavpFile.Gcm(Published($"{Ciphers}/AES/GCM/{file}")));

        // 5625 cases have nonces of 8 or 1024 bits or tags below 8 octets, which IPsec does not know and only the oracle takes.
        tally.ShouldBe(tested, 7875, ah: 75, primitive: 2175);
    }
}
