using System.Globalization;
using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Vectors;

/// <summary>The AES-GCM ESP packets of draft-mcgrew-gcm-test-01 §4.</summary>
public static class McGrewEspFile
{
    private const string RelativePath = "draft-mcgrew-gcm-test/aes_gcm_esp.json";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EspVector> Read() =>
        [.. JsonFields.Read(VectorFolder.Published(RelativePath)).Items("vectors").Select(vector => new EspVector(
            $"draft-mcgrew case {vector.Text("tc")}",
            new CipherSuite(EncryptionAlgorithm.AesGcm16, 8 * vector.Hex("key").Length),
            [.. vector.Hex("key"), .. vector.Hex("salt")],
            [],
            vector.GetProperty("esn").GetBoolean(),
            ulong.Parse(vector.Text("seq_hex"), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            vector.Hex("esp_packet"),
            vector.Hex("plaintext_with_esp_trailer")))];
}
