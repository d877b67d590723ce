using System.Buffers.Binary;
using System.Text.Json;
using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Vectors;

/// <summary>The IPsec packets of DPDK's cryptodev tests: outer header, ESP or AH, inner packet.</summary>
public static class DpdkIpsecFile
{
    private const string RelativePath = "dpdk/ipsec_esp_vectors.json";
    private const string TransformPrefix = "RTE_CRYPTO_";

    /// <summary>ESP packets of suites the product has; the payload is known up to the padding.</summary>
    public static IReadOnlyList<EspVector> Esp() =>
        [.. Cases().Where(test => Protocol(test.Value) == "ESP" && SuiteOf(test.Value) is not null).Select(test =>
        {
            var packet = Text(test.Value, "output_text")[HeaderLength(Text(test.Value, "output_text"))..];
            return new EspVector(
                test.Name,
                SuiteOf(test.Value)!,
                [.. Octets(test.Value, "key"), .. Salt(test.Value, SuiteOf(test.Value)!)],
                Octets(test.Value, "auth_key"),
                false,
                BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4)),
                packet);
        })];

    /// <summary>The AH packets (RFC 4302): all are IPv4 without options.</summary>
    public static IReadOnlyList<AhVector> Ah() => [.. Cases().Where(test => Protocol(test.Value) == "AH").Select(Ah)];

    /// <summary>The inner packet as it was before it was sealed, by the vector's name.</summary>
    public static byte[] Inner(string name) => Text(Cases().First(test => test.Name == name).Value, "input_text");

    private static IEnumerable<(string Name, JsonElement Value)> Cases() =>
        JsonFields.Read(VectorFolder.Published(RelativePath)).Items("vectors")
            .Where(vector => vector.Text("type") == "ipsec_test_data")
            .Select(vector => (vector.Text("name"), vector.GetProperty("value")));

    private static AhVector Ah((string Name, JsonElement Value) test)
    {
        const int authenticationHeader = 20;
        const int icvOffset = authenticationHeader + 12;
        var octets = Text(test.Value, "output_text");
        var algorithm = Digest(test.Value) == "AUTH_AES_GMAC" ? IntegrityAlgorithm.AesGmac : IntegrityAlgorithm.HmacSha256_128;
        var icv = octets[icvOffset..(icvOffset + CipherSuite.IcvLengthOf(algorithm))];

        // RFC 4302 §3.3.3.1: DSCP and ECN, flags and offset, TTL and checksum change on the way.
        foreach (var mutable in new[] { 1, 6, 7, 8, 10, 11 })
        {
            octets[mutable] = 0;
        }

        // RFC 4543 §4: the field's first octets are GMAC's IV and stay.
        var ivLength = algorithm == IntegrityAlgorithm.AesGmac ? 8 : 0;
        Array.Clear(octets, icvOffset + ivLength, icv.Length - ivLength);
        byte[] salt = algorithm == IntegrityAlgorithm.AesGmac ? Octets(test.Value, "salt") : [];
        return new AhVector(test.Name, algorithm, [.. Octets(test.Value, "auth_key"), .. salt], octets, icv);
    }

    private static int HeaderLength(byte[] packet) => packet[0] >> 4 == 6 ? 40 : 20;

    private static string Protocol(JsonElement value) => value.GetProperty("ipsec_xform").Text("proto").Split('_')[^1];

    private static byte[] Octets(JsonElement value, string field)
    {
        if (!value.TryGetProperty(field, out var holder) || !holder.TryGetProperty("data", out var data))
        {
            return [];
        }

        return data.Hex("hex");
    }

    private static byte[] Text(JsonElement value, string field) => Octets(value, field)[..value.GetProperty(field).GetProperty("len").GetInt32()];

    private static byte[] Salt(JsonElement value, CipherSuite suite) => suite.SaltLength == 0 ? [] : Octets(value, "salt")[..suite.SaltLength];

    private static CipherSuite? SuiteOf(JsonElement value)
    {
        var bits = 8 * Octets(value, "key").Length;
        var transform = value.GetProperty("xform");
        if (transform.TryGetProperty("aead", out var aead))
        {
            var algorithm = aead.GetProperty("aead").Text("algo")[TransformPrefix.Length..];
            return new CipherSuite(algorithm == "AEAD_AES_CCM" ? EncryptionAlgorithm.AesCcm16 : EncryptionAlgorithm.AesGcm16, bits);
        }

        EncryptionAlgorithm? cipher = transform.GetProperty("chain.cipher").GetProperty("cipher").Text("algo")[TransformPrefix.Length..] switch
        {
            "CIPHER_AES_CBC" => EncryptionAlgorithm.AesCbc,
            "CIPHER_AES_CTR" => EncryptionAlgorithm.AesCtr,
            "CIPHER_3DES_CBC" => EncryptionAlgorithm.TripleDesCbc,
            "CIPHER_NULL" => EncryptionAlgorithm.Null,
            _ => null,
        };
        var integrity = Digest(value) switch
        {
            "AUTH_MD5_HMAC" => IntegrityAlgorithm.HmacMd5_96,
            "AUTH_SHA256_HMAC" => IntegrityAlgorithm.HmacSha256_128,
            "AUTH_SHA384_HMAC" => IntegrityAlgorithm.HmacSha384_192,
            "AUTH_SHA512_HMAC" => IntegrityAlgorithm.HmacSha512_256,
            "AUTH_AES_XCBC_MAC" => IntegrityAlgorithm.AesXcbc96,
            _ => IntegrityAlgorithm.None,
        };
        return cipher is null || integrity == IntegrityAlgorithm.None ? null : new CipherSuite(cipher.Value, bits, integrity);
    }

    private static string Digest(JsonElement value) => value.GetProperty("xform").GetProperty("chain.auth").GetProperty("auth").Text("algo")[TransformPrefix.Length..];
}
