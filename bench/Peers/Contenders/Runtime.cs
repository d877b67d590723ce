namespace IpsecDp.Peers.Contenders;

/// <summary>How this program and the product are started once more.</summary>
internal static class Runtime
{
    /// <summary>No diagnostics server: it leaves sockets in the temporary folder when it is killed.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0" };

    /// <summary>The command that starts this program.</summary>
    public static IReadOnlyList<string> OwnCommand => [Dotnet, typeof(Runtime).Assembly.Location];

    /// <summary>The runtime's own program.</summary>
    public static string Dotnet => System.Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>The product of the checkout this program was built in, null outside of one.</summary>
    public static string? Product
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "IpsecDp.sln")))
                {
                    return Path.Combine(folder.FullName, "control", "Host", "bin", "Release", "net10.0", "ipsecdp.dll");
                }
            }

            return null;
        }
    }
}
