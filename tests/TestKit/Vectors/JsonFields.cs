using System.IO.Compression;
using System.Text.Json;

namespace IpsecDp.TestKit.Vectors;

/// <summary>Reading of vector files in JSON, packed or not, and of the hexadecimal in them.</summary>
internal static class JsonFields
{
    public static JsonElement Read(string path)
    {
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var document = JsonDocument.Parse(content);
        return document.RootElement.Clone();
    }

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static byte[] HexOrEmpty(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Convert.FromHexString(value.GetString()!) : [];

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).ToString();

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray();
}
