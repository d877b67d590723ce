using IpsecDp.Adapters.Linux;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>What passes a namespace's link, as a capture file that Wireshark's dissector is asked about; it goes with the test.</summary>
internal sealed class WireFile : IDisposable
{
    private const int Buffer = 32 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-wire-");
    private readonly LinkCapture _link;
    private readonly WireRecorder _recorder;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Begins to hear.</summary>
    public WireFile(NetworkNamespace space)
    {
        _recorder = WireRecorder.Create(Capture)!;
        _link = space.Run(() => LinkCapture.Open(NetworkNamespaces.Link, LinkFilter.All, Buffer));
        _thread = new Thread(Listen) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why nobody can be asked, or null.</summary>
    public static string? Hindrance => Interop.Tshark.Hindrance;

    private string Capture => Path.Combine(_folder.FullName, "wire.pcapng");

    /// <summary>Ends after all that has come was written, and requires that nothing was missed.</summary>
    public void Finish()
    {
        _isStopping = true;
        _thread.Join();
        _recorder.Dispose();
        Assert.Equal(0, _link.Lost + _link.Unreadable);
    }

    /// <summary>The fields of the packets that fit a filter, all occurrences of each; tables are files Wireshark reads keys from, by its names for them.</summary>
    public IReadOnlyList<string[]> Ask(string filter, IReadOnlyList<string> fields, params IReadOnlyList<(string Table, string Text)> tables)
    {
        var settings = Path.Combine(_folder.FullName, "settings");
        Directory.CreateDirectory(settings);
        foreach (var (table, text) in tables)
        {
            File.WriteAllText(Path.Combine(settings, table), text);
        }

        string[] arguments =
        [
            $"WIRESHARK_CONFIG_DIR={settings}", "tshark", "-n", "-r", Capture, "-o", "esp.enable_encryption_decode:TRUE", "-Y", filter,
            "-T", "fields", "-E", "separator=;", .. fields.SelectMany(field => new[] { "-e", field }),
        ];
        var lines = Shell.Run("env", arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Directory.Delete(settings, recursive: true);
        return [.. lines.Select(line => line.Split(';'))];
    }

    /// <summary>How many packets fit a filter.</summary>
    public int Count(string filter) => Ask(filter, ["frame.number"]).Count;

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _recorder.Dispose();
        _link.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Listen()
    {
        while (_link.TryReceive(_isStopping ? TimeSpan.Zero : Patience, out var frame, out var packet) || !_isStopping)
        {
            if (!packet.IsEmpty)
            {
                _recorder.Write(frame, packet);
            }
        }
    }
}
