using System.IO.Compression;
using System.Text.Json;
using IpsecDp.TestKit.Vectors;

namespace Control.Tests.Ike;

/// <summary>Published vectors in JSON; a test that needs them is skipped with the reason where they are absent.</summary>
internal static class PublishedJson
{
    public static JsonElement Read(string relativePath)
    {
        using var file = File.OpenRead(PathOf(relativePath));
        using Stream content = relativePath.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var document = JsonDocument.Parse(content);
        return document.RootElement.Clone();
    }

    public static string PathOf(string relativePath)
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        return VectorFolder.Published(relativePath);
    }

    /// <summary>Tests of a Wycheproof file, each with its group.</summary>
    public static IEnumerable<(JsonElement Group, JsonElement Test)> Wycheproof(string file) =>
        Read($"wycheproof/{file}").GetProperty("testGroups").EnumerateArray().SelectMany(group => group.GetProperty("tests").EnumerateArray().Select(test => (group, test)));

    public static byte[] Hex(this JsonElement element, string name)
    {
        var value = element.GetProperty(name);
        var text = (value.ValueKind == JsonValueKind.Object ? value.GetProperty("hex") : value).GetString()!;
        return Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text);
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).ToString();
}
