using System.Text.Json;

namespace IpsecDp.TestKit.Vectors;

/// <summary>Internal projections of NIST's ACVP server: questions with their answers.</summary>
public static class AcvpFile
{
    /// <summary>AES-CBC and TDES-CBC without the Monte Carlo tests, whose answers chain a thousand keys.</summary>
    public static IReadOnlyList<CipherVector> Cipher(string path) =>
        [.. Tests(path).Where(test => !test.TryGetProperty("resultsArray", out _))
            .Select(test => new CipherVector(Name(path, test), [.. test.HexOrEmpty("key"), .. test.HexOrEmpty("key1"), .. test.HexOrEmpty("key2"), .. test.HexOrEmpty("key3")], test.Hex("iv"), test.Hex("pt"), test.Hex("ct")))];

    /// <summary>AES-GCM; a test that must fail has <c>testPassed</c> false.</summary>
    public static IReadOnlyList<AeadVector> Aead(string path) =>
        [.. Tests(path).Select(test => new AeadVector(Name(path, test), test.Hex("key"), test.Hex("iv"), test.Hex("aad"), test.HexOrEmpty("pt"), test.Hex("ct"), test.Hex("tag"), IsPassed(test)))];

    /// <summary>CMAC and HMAC, where lengths are whole octets.</summary>
    public static IReadOnlyList<MacVector> Mac(string path) =>
        [.. Tests(path).Where(IsWholeOctets)
            .Select(test => new MacVector(Name(path, test), test.Hex("key"), [.. test.HexOrEmpty("message"), .. test.HexOrEmpty("msg")], test.Hex("mac"), IsPassed(test)))];

    private static IEnumerable<JsonElement> Tests(string path) => JsonFields.Read(path).Items("testGroups").SelectMany(group => group.Items("tests"));

    private static string Name(string path, JsonElement test) => $"{Path.GetFileName(Path.GetDirectoryName(path))} tcId {test.Text("tcId")}";

    private static bool IsPassed(JsonElement test) => !test.TryGetProperty("testPassed", out var passed) || passed.GetBoolean();

    private static bool IsWholeOctets(JsonElement test) =>
        new[] { "keyLen", "msgLen", "macLen" }.All(name => !test.TryGetProperty(name, out var length) || length.GetInt32() % 8 == 0);
}
