using System.Diagnostics;
using System.Text;
using System.Text.Json;
using IpsecDp.TestKit.Namespaces;

namespace IpsecDp.TestKit.Interop;

/// <summary>A scapy process in a network namespace that seals and opens on request: one line of JSON each way.</summary>
public sealed class ScapyPeer : IDisposable
{
    // Longer than the peer waits for a packet itself, so that its own complaint comes first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private readonly StringBuilder _complaints = new();

    /// <summary>Starts the script in the namespace with the arguments it takes.</summary>
    public ScapyPeer(NetworkNamespace space, string script, params string[] arguments)
    {
        var python = ScapyPython.Interpreter ?? throw new InvalidOperationException(ScapyPython.Hindrance);
        var start = new ProcessStartInfo("ip", ["netns", "exec", space.Name, python, "-B", script, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{python} does not start");
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks for something to be done and gives the reply; throws <see cref="ScapyFailureException"/> with the exception scapy raised.</summary>
    public JsonElement Ask(object request)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(request, Format));
        _process.StandardInput.Flush();
        var reading = _process.StandardOutput.ReadLineAsync();
        if (!reading.Wait(Patience) || reading.Result is not { } line)
        {
            throw new InvalidOperationException($"the scapy process does not answer: {Complaints()}");
        }

        var reply = JsonDocument.Parse(line).RootElement;
        return reply.TryGetProperty("failure", out var failure) ? throw new ScapyFailureException(failure.GetString() ?? "") : reply;
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        // End of input ends its loop.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        lock (_complaints)
        {
            _complaints.AppendLine(line);
        }
    }

    private string Complaints()
    {
        lock (_complaints)
        {
            return _complaints.ToString();
        }
    }
}
