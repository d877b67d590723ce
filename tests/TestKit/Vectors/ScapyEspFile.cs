using System.Buffers.Binary;
using System.Text.Json;
using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Vectors;

/// <summary>ESP packets that a Linux kernel sealed, collected by Scapy; algorithms the product has.</summary>
public static class ScapyEspFile
{
    private const string RelativePath = "scapy/ipsec_facts.json";

    /// <summary>Packets of combined ciphers; the AES-CBC packet with an extended number among them.</summary>
    public static IReadOnlyList<EspVector> Proven() =>
        [.. Cases().Where(test => SuiteOf(test.Sa) is not null && test.Packets.Count > 0).Select(Combined), .. Cases().Where(test => test.Packets.Count == 0).Select(Compared)];

    /// <summary>Payloads of packets without an ICV: key, IV and ciphertext, the plaintext unknown but for its trailer.</summary>
    public static IReadOnlyList<(EncryptionAlgorithm Algorithm, CipherVector Vector)> Unproven() =>
        [.. Cases().Where(test => CipherOf(test.Sa) is not null).Select(test =>
        {
            var algorithm = CipherOf(test.Sa)!.Value;
            var data = test.Packets[0].Hex("data");
            var key = test.Sa.Hex("crypt_key");
            var ivLength = algorithm == EncryptionAlgorithm.AesCbc ? 16 : 8;
            byte[] nonce = algorithm == EncryptionAlgorithm.AesCtr ? key[^4..] : [];
            return (algorithm, new CipherVector(test.Title, key[..^nonce.Length], [.. nonce, .. data[..ivLength]], [], data[ivLength..]));
        })];

    private static IEnumerable<(string Title, JsonElement Sa, IReadOnlyList<JsonElement> Packets, JsonElement Test)> Cases() =>
        JsonFields.Read(VectorFolder.Published(RelativePath)).Items("tests")
            .Select(test => (test.Text("title"), test.Items("sa").First(), (IReadOnlyList<JsonElement>)[.. test.Items("packets")], test));

    private static EspVector Combined((string Title, JsonElement Sa, IReadOnlyList<JsonElement> Packets, JsonElement Test) test)
    {
        var packet = test.Packets[0];
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(header, packet.GetProperty("spi").GetUInt32());
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), packet.GetProperty("seq").GetUInt32());
        var high = test.Sa.TryGetProperty("esn", out var esn) ? esn.GetUInt64() : 0;
        return new EspVector(
            test.Title,
            SuiteOf(test.Sa)!,
            test.Sa.Hex("crypt_key"),
            [],
            test.Sa.TryGetProperty("esn_en", out _),
            (high << 32) | packet.GetProperty("seq").GetUInt32(),
            [.. header, .. packet.Hex("data")]);
    }

    // The packet stands whole among the values, with its IPv4 header; keys are named there as well.
    private static EspVector Compared((string Title, JsonElement Sa, IReadOnlyList<JsonElement> Packets, JsonElement Test) test)
    {
        byte[] Value(string label) => test.Test.Items("values").First(value => value.Text("label") == label).Hex("hex");
        var packet = Value("compare:bytes(e)")[20..];
        return new EspVector(
            test.Title,
            new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128),
            Value("enc_key"),
            Value("auth_key"),
            true,
            (test.Sa.GetProperty("esn").GetUInt64() << 32) | BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4)),
            packet);
    }

    private static CipherSuite? SuiteOf(JsonElement sa) => sa.Text("crypt_algo") switch
    {
        "AES-GCM" => new CipherSuite(EncryptionAlgorithm.AesGcm16, 128),
        "AES-NULL-GMAC" => new CipherSuite(EncryptionAlgorithm.AesGmac, 128),
        "AES-CCM" => new CipherSuite(EncryptionAlgorithm.AesCcm8, 128),
        _ => null,
    };

    private static EncryptionAlgorithm? CipherOf(JsonElement sa) => (sa.Text("crypt_algo"), sa.Text("auth_algo")) switch
    {
        ("AES-CBC", "NULL") => EncryptionAlgorithm.AesCbc,
        ("AES-CTR", "NULL") => EncryptionAlgorithm.AesCtr,
        ("3DES", "NULL") => EncryptionAlgorithm.TripleDesCbc,
        _ => null,
    };
}
