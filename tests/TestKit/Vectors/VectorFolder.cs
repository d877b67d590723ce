namespace IpsecDp.TestKit.Vectors;

/// <summary>Where published vectors lie: those typed into the project, and the collection beside the checkout.</summary>
public static class VectorFolder
{
    /// <summary>The environment variable that names the collection.</summary>
    public const string Variable = "IPSECDP_VECTORS";

    private const string Solution = "IpsecDp.sln";

    /// <summary>Why a test that needs the collection is skipped.</summary>
    public static string SkipReason => $"published vectors are absent: set {Variable}, or lay them in shared/vectors beside the checkout";

    /// <summary>Whether the collection is there.</summary>
    public static bool IsPresent => Outside is not null;

    /// <summary>A folder beside the collection, or null where there is none.</summary>
    public static string? Beside(string relativePath) => Outside is { } vectors ? ExistingFolder(Path.Combine(vectors, "..", relativePath)) : null;

    /// <summary>A file of the collection; throws <see cref="FileNotFoundException"/> when it is not there.</summary>
    public static string Published(string relativePath) => Existing(Outside, relativePath);

    /// <summary>A file under <c>tests/vectors</c> of the checkout; throws <see cref="FileNotFoundException"/> when it is not there.</summary>
    public static string Own(string relativePath) => Existing(Checkout is { } root ? Path.Combine(root, "tests", "vectors") : null, relativePath);

    private static string? Outside => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? ExistingFolder(named) : BesideCheckout;

    private static string? BesideCheckout => Checkout is { } root ? ExistingFolder(Path.Combine(root, "..", "shared", "vectors")) : null;

    private static string? Checkout
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                folder = folder.Parent;
            }

            return folder?.FullName;
        }
    }

    private static string? ExistingFolder(string path) => Directory.Exists(path) ? path : null;

    private static string Existing(string? folder, string relativePath)
    {
        var path = Path.Combine(folder ?? throw new FileNotFoundException(SkipReason), relativePath);
        return File.Exists(path) ? path : throw new FileNotFoundException($"no vector file {relativePath}", path);
    }
}
