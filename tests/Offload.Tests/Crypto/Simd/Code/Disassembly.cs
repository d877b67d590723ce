using System.Diagnostics;

namespace Offload.Tests.Crypto.Simd.Code;

/// <summary>What the compiler makes of methods: a child process runs one test of this assembly and writes the listings.</summary>
internal static class Disassembly
{
    private const string MethodMark = "; Assembly listing for method ";

    /// <summary>The listings by the method's full name, of the methods that fit the patterns and that the test reaches; throws when the test does not pass.</summary>
    public static Dictionary<string, string[]> Of(string test, string patterns, bool withAvx512)
    {
        string listing = Path.Combine(Path.GetTempPath(), $"ipsecdp-{Guid.NewGuid():N}.asm");
        try
        {
            Run(test, patterns, withAvx512, listing);
            return Methods(File.ReadLines(listing));
        }
        finally
        {
            File.Delete(listing);
        }
    }

    /// <summary>Cuts a listing into methods.</summary>
    public static Dictionary<string, string[]> Methods(IEnumerable<string> lines)
    {
        var methods = new Dictionary<string, List<string>>();
        List<string>? current = null;
        foreach (string line in lines)
        {
            if (line.StartsWith(MethodMark, StringComparison.Ordinal))
            {
                methods[line[MethodMark.Length..]] = current = [];
            }
            else
            {
                current?.Add(line);
            }
        }

        return methods.ToDictionary(method => method.Key, method => method.Value.ToArray());
    }

    private static void Run(string test, string patterns, bool withAvx512, string listing)
    {
        string assembly = typeof(Disassembly).Assembly.Location;
        string host = Environment.ProcessPath ?? throw new InvalidOperationException("the process has no path");
        bool isHost = Path.GetFileNameWithoutExtension(host) == "dotnet";
        var start = new ProcessStartInfo(host, [.. isHost ? new[] { assembly } : [], "-noColor", "-noLogo", "-noAutoReporters", "-method", test])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_JitDisasm"] = patterns;
        start.Environment["DOTNET_JitStdOutFile"] = listing;
        start.Environment["DOTNET_TieredCompilation"] = "0";
        if (!withAvx512)
        {
            start.Environment["DOTNET_EnableAVX512"] = "0";
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{host} does not start");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{test} in a process of its own: {output}{errors.Result}");
    }
}
