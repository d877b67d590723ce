using IpsecDp.Adapters.Windows;

namespace IpsecDp.Daemon.Guard;

/// <summary>How the guard's process is started: this program once more, with a verb nobody types.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">What it is told.</param>
public sealed record GuardCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables the process has beside ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The command for this program and the library it uses itself; throws <see cref="DaemonException"/> where the program cannot find itself.</summary>
    public static GuardCommand OfThisProgram(WinDivertLibraryOptions library)
    {
        ArgumentNullException.ThrowIfNull(library);
        var program = System.Environment.ProcessPath ?? throw new DaemonException("this program cannot find itself to start its guard: start it from a file");
        // Under the framework's own host the program is the host's first argument.
        string[] self = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? [System.Environment.GetCommandLineArgs()[0]] : [];
        return new GuardCommand(program, [.. self, .. Verb(library)]);
    }

    /// <summary>The verb and its options.</summary>
    public static IReadOnlyList<string> Verb(WinDivertLibraryOptions library)
    {
        ArgumentNullException.ThrowIfNull(library);
        return ["divert", "guard", "--library", library.Path, .. library.LibrarySums.SelectMany(sum => new[] { "--library-sum", sum }), .. library.DriverSums.SelectMany(sum => new[] { "--driver-sum", sum })];
    }
}
