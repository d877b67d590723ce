using System.Text.Json;
using IpsecDp.TestKit.Vectors;

namespace IpsecDp.TestKit.Divert;

/// <summary>Observations of the real WinDivert 2.2.2 DLL, which lie beside the published vectors.</summary>
public static class GoldenFolder
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> AllPackets = new(ReadPackets);

    /// <summary>Why a test that needs them is skipped; null where they are there.</summary>
    public static string? Hindrance => Folder is null ? $"the WinDivert vectors are absent: lay them in windivert-kit beside the folder of {VectorFolder.Variable}" : null;

    /// <summary>The packets by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Packets => AllPackets.Value;

    /// <summary>The objects of a file of one object a line.</summary>
    public static IEnumerable<JsonElement> Lines(string file)
    {
        foreach (var line in File.ReadLines(Path.Combine(Folder!, file)))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    /// <summary>The objects of the file that is one array.</summary>
    public static IReadOnlyList<JsonElement> Array(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder!, file)));
        return [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
    }

    private static string? Folder => VectorFolder.Beside(Path.Combine("windivert-kit", "golden"));

    private static Dictionary<string, byte[]> ReadPackets() =>
        Lines("packets.jsonl").ToDictionary(line => line.GetProperty("name").GetString()!, line => Convert.FromHexString(line.GetProperty("hex").GetString()!), StringComparer.Ordinal);
}
