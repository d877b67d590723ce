using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IpsecDp.TestKit.Vectors;

/// <summary>The facts of strongSwan's test vector plugin: crypters, AEADs and signers.</summary>
public static class StrongswanFile
{
    /// <summary>AEAD cases by algorithm name as <c>ENCR_AES_CCM_ICV16</c>; key and salt stand together there.</summary>
    public static IReadOnlyList<(string Algorithm, AeadVector Vector)> Aead(string path) =>
        [.. Cases(path, "aead_test_vector_t").Select(test =>
        {
            var algorithm = test.Value.Text("alg");
            var saltLength = test.Value.GetProperty("salt_size").GetInt32();

            // Where the field holds more octets than the algorithm's key and salt, only the leading ones count.
            var key = Octets(test.Value, "key")[..(test.Value.GetProperty("key_size").GetInt32() + saltLength)];
            var sealedPayload = Octets(test.Value, "cipher");
            var tagLength = int.Parse(algorithm[(algorithm.LastIndexOf('V') + 1)..], CultureInfo.InvariantCulture);
            return (algorithm, new AeadVector(test.Name, key[..^saltLength], [.. key[^saltLength..], .. Octets(test.Value, "iv")], Octets(test.Value, "adata"), Octets(test.Value, "plain"), sealedPayload[..^tagLength], sealedPayload[^tagLength..]));
        })];

    /// <summary>Signer cases by algorithm name as <c>AUTH_HMAC_MD5_96</c>.</summary>
    public static IReadOnlyList<(string Algorithm, MacVector Vector)> Signers(string path) =>
        [.. Cases(path, "signer_test_vector_t").Select(test =>
            (test.Value.Text("alg"), new MacVector(test.Name, Octets(test.Value, "key"), Octets(test.Value, "data")[..test.Value.GetProperty("len").GetInt32()], Octets(test.Value, "mac"))))];

    /// <summary>Crypter cases.</summary>
    public static IReadOnlyList<CipherVector> Crypters(string path) =>
        [.. Cases(path, "crypter_test_vector_t").Select(test => new CipherVector(test.Name, Octets(test.Value, "key"), Octets(test.Value, "iv"), Octets(test.Value, "plain"), Octets(test.Value, "cipher")))];

    private static IEnumerable<(string Name, JsonElement Value)> Cases(string path, string type) =>
        JsonFields.Read(path).Items("vectors").Where(vector => vector.Text("type") == type).Select(vector => (vector.Text("name"), vector.GetProperty("value")));

    // Octets are hexadecimal in an object, or text as it stands.
    private static byte[] Octets(JsonElement value, string name)
    {
        if (!value.TryGetProperty(name, out var field))
        {
            return [];
        }

        return field.ValueKind == JsonValueKind.Object ? field.Hex("hex") : Encoding.ASCII.GetBytes(field.GetString()!);
    }
}
