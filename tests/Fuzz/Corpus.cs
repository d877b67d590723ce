namespace IpsecDp.Fuzz;

/// <summary>The seeds of the targets: one folder per target, one file per seed.</summary>
public static class Corpus
{
    /// <summary>The corpus beside the program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "corpus");

    /// <summary>The seeds of a target, in the order of their names so that runs repeat; a target without any is an error.</summary>
    public static IReadOnlyList<byte[]> Load(string folder, string target)
    {
        var files = Directory.GetFiles(Path.Combine(folder, target));
        if (files.Length == 0)
        {
            throw new InvalidDataException($"no seeds for target {target} in {folder}");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return Array.ConvertAll(files, File.ReadAllBytes);
    }

    /// <summary>Writes the seeds our own builder makes.</summary>
    public static void Write(string folder)
    {
        foreach (var (target, name, octets) in SeedPackets.All())
        {
            var directory = Directory.CreateDirectory(Path.Combine(folder, target));
            File.WriteAllBytes(Path.Combine(directory.FullName, name + ".bin"), octets);
        }
    }
}
