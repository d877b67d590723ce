using System.ComponentModel;
using System.Diagnostics;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Bed;

/// <summary>Programs that run to their end.</summary>
internal static class Tool
{
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Where a program of this name is, null where it is not installed; a name with a slash stands for itself.</summary>
    public static string? Find(string name) => name.Contains('/', StringComparison.Ordinal)
        ? File.Exists(name) ? Path.GetFullPath(name) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Concat(Folders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs it in a namespace, or in this one, and gives what it printed; throws <see cref="PeersException"/> when it fails or takes longer than <paramref name="patience"/>.</summary>
    public static string Run(NamedNetworkNamespace? space, TimeSpan patience, string file, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var (code, output, complaint) = TryRun(space, patience, input: null, file, arguments, cancellation);
        return code == 0 ? output : throw new PeersException($"\"{Path.GetFileName(file)} {string.Join(' ', arguments)}\" ended with {code}: {Shortened(complaint.Length > 0 ? complaint : output)}");
    }

    /// <summary>The same with a standard input, for whoever judges the exit code.</summary>
    public static (int Code, string Output, string Complaint) TryRun(NamedNetworkNamespace? space, TimeSpan patience, string? input, string file, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = (space is null ? Process.Start(start) : space.Run(() => Process.Start(start))) ?? throw new PeersException($"{file} does not start");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(patience);
            using var killing = limit.Token.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested
                ? throw new PeersException($"\"{Path.GetFileName(file)} {string.Join(' ', arguments)}\" took longer than {patience.TotalSeconds:0} s")
                : (process.ExitCode, output, complaint.GetAwaiter().GetResult());
        }
        catch (Win32Exception missing)
        {
            throw new PeersException($"{file} cannot be started", missing);
        }
    }

    private static string Shortened(string text) => text.Trim().ReplaceLineEndings("; ") is { Length: > 300 } all ? all[..300] : text.Trim().ReplaceLineEndings("; ");
}
