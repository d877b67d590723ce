namespace Architecture.Tests.Source;

/// <summary>The checkout this test was built from.</summary>
internal static class Checkout
{
    private static readonly string[] Rooms = ["dataplane", "offload", "control", "bench", "tests"];
    private static readonly string[] ProductRooms = ["dataplane", "offload", "control"];

    /// <summary>Its folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file that somebody wrote.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } = [.. FilesBelow(Rooms, "*.cs").Select(SourceFile.Read)];

    /// <summary>Those of the product itself.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } = [.. Sources.Where(file => ProductRooms.Contains(file.Path.Split('/')[0]))];

    /// <summary>Every project.</summary>
    public static IReadOnlyList<ProjectFile> Projects { get; } = [.. FilesBelow(Rooms, "*.csproj").Select(ProjectFile.Read)];

    /// <summary>The text of a file, by its path from the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Whether a file or folder is there.</summary>
    public static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>The paths, from the root and with slashes, of every file below the folders that no build made.</summary>
    public static IEnumerable<string> FilesBelow(IEnumerable<string> folders, string pattern) =>
        from folder in folders
        let start = Path.Combine(Root, folder)
        where Directory.Exists(start)
        from file in Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Split('/').Any(part => part is "bin" or "obj" or "BenchmarkDotNet.Artifacts")
        orderby path
        select path;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IpsecDp.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("no IpsecDp.sln above the test");
    }
}
