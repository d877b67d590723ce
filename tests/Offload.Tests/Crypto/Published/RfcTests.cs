using IpsecDp.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

public sealed class RfcTests : PublishedCases
{
    [Theory, MemberData(nameof(Engines))]
    public void Hmac_Rfc2202_IsAnsweredAsPrinted(string engine) => Mac(engine, "rfc2202_hmac.txt", ("hmac-md5-96", 7, 3), ("hmac-sha1-96", 7, 3));

    [Theory, MemberData(nameof(Engines))]
    public void Hmac_Rfc4231_IsAnsweredAsPrinted(string engine) => Mac(engine, "rfc4231_hmac.txt", ("hmac-sha2-256-128", 6, 0), ("hmac-sha2-384-192", 6, 0), ("hmac-sha2-512-256", 6, 0));

    [Theory, MemberData(nameof(Engines))]
    public void Hmac_Rfc4868_IsAnsweredAsPrinted(string engine) => Mac(engine, "rfc4868_hmac.txt", ("hmac-sha2-256-128", 4, 4), ("hmac-sha2-384-192", 4, 4), ("hmac-sha2-512-256", 4, 4));

    [Theory, MemberData(nameof(Engines))]
    public void Xcbc_Rfc3566_IsAnsweredAsPrinted(string engine) => Mac(engine, "rfc3566_xcbc.txt", ("aes-xcbc-96", 7, 7));

    [Theory, MemberData(nameof(Engines))]
    public void Cmac_Rfc4493_IsAnsweredAsPrinted(string engine) => Mac(engine, "rfc4493_cmac.txt", ("aes-cmac-96", 4, 4));

    [Theory, MemberData(nameof(Engines))]
    public void Cbc_Rfc3602_IsAnsweredAsPrinted(string engine) => Cipher(engine, EncryptionAlgorithm.AesCbc, "rfc3602_cbc.txt", 8);

    [Theory, MemberData(nameof(Engines))]
    public void Ctr_Rfc3686_IsAnsweredAsPrinted(string engine) => Cipher(engine, EncryptionAlgorithm.AesCtr, "rfc3686_ctr.txt", 9);

    [Theory, MemberData(nameof(Engines))]
    public void ChaCha20Poly1305_Rfc8439AndRfc7634_IsAnsweredAsPrinted(string engine)
    {
        var tested = Implementing(engine, EncryptionAlgorithm.ChaCha20Poly1305);
        foreach (var file in new[] { "rfc8439_chacha.txt", "rfc7634_chacha.txt" })
        {
            AeadCheck.Run(tested, EncryptionAlgorithm.ChaCha20Poly1305, CavpFile.Aead(Rfc(file))).ShouldBe(tested, 1, esp: 1);
        }
    }

    private static void Cipher(string engine, EncryptionAlgorithm algorithm, string file, int cases)
    {
        var tested = Implementing(engine, algorithm);
        CipherCheck.Run(tested, algorithm, CavpFile.Cipher(Rfc(file))).ShouldBe(tested, cases, esp: cases);
    }

    private static void Mac(string engine, string file, params (string Name, int Cases, int Ah)[] algorithms)
    {
        var vectors = CavpFile.Mac(Rfc(file)).Zip(CavpFile.Read(Rfc(file)), (vector, record) => (vector, record)).ToList();
        Assert.Equal(algorithms.Sum(each => each.Cases), vectors.Count);
        foreach (var (name, cases, ah) in algorithms)
        {
            var algorithm = Enum.GetValues<IntegrityAlgorithm>().Single(each => SuiteNames.Of(each) == name);
            var tested = Implementing(engine, algorithm);
            MacCheck.Run(tested, algorithm, vectors.Where(pair => pair.record.Fields["ALGORITHM"] == name).Select(pair => pair.vector)).ShouldBe(tested, cases, ah: ah, primitive: cases - ah);
        }
    }

    private static string Rfc(string file) => VectorFolder.Own($"rfc/{file}");
}
