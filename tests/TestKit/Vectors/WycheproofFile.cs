using System.Text.Json;

namespace IpsecDp.TestKit.Vectors;

/// <summary>Test groups in the schema of Project Wycheproof, which the Intel multi-buffer library's vectors share.</summary>
public static class WycheproofFile
{
    /// <summary>Schema <c>aead_test</c>.</summary>
    public static IReadOnlyList<AeadVector> Aead(string path) =>
        [.. Tests(path).Select(test => new AeadVector(Name(path, test), test.Hex("key"), test.Hex("iv"), test.HexOrEmpty("aad"), test.Hex("msg"), test.Hex("ct"), test.Hex("tag"), IsValid(test)))];

    /// <summary>Schema <c>mac_test</c>.</summary>
    public static IReadOnlyList<MacVector> Mac(string path) =>
        [.. Tests(path).Select(test => new MacVector(Name(path, test), test.Hex("key"), test.Hex("msg"), test.Hex("tag"), IsValid(test)))];

    /// <summary>Schema <c>ind_cpa_test</c>; what is not valid breaks PKCS #5, which ESP does not know, and is left out.</summary>
    public static IReadOnlyList<CipherVector> Cipher(string path, bool isPadded) =>
        [.. Tests(path).Where(IsValid).Select(test => new CipherVector(Name(path, test), test.Hex("key"), test.Hex("iv"), isPadded ? Pkcs5(test.Hex("msg")) : test.Hex("msg"), test.Hex("ct")))];

    private static IEnumerable<JsonElement> Tests(string path) => JsonFields.Read(path).Items("testGroups").SelectMany(group => group.Items("tests"));

    private static string Name(string path, JsonElement test) => $"{Path.GetFileName(path)} tcId {test.Text("tcId")}";

    private static bool IsValid(JsonElement test) => !test.TryGetProperty("result", out var result) || result.ToString() is "valid" or "acceptable" or "True";

    private static byte[] Pkcs5(byte[] message)
    {
        var padding = 16 - (message.Length % 16);
        return [.. message, .. Enumerable.Repeat((byte)padding, padding)];
    }
}
