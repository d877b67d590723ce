using System.Diagnostics;
using System.Net;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Handshakes.Parties;

/// <summary>A responder in a namespace and a process of its own, which ends when the pipe from here closes.</summary>
internal sealed class ResponderProcess : IDisposable
{
    /// <summary>The verb by which this program is the responder.</summary>
    public const string Verb = "respond";

    private const string Ready = "ready";

    // Process and socket files of strongSwan have fixed names in /run. The responder keeps the shell's number, by which the reader beside it ends it.
    private const string Script = "mount -t tmpfs tmpfs /run && exec 3<&0 && { { read -r _ <&3; kill -TERM $$; } >/dev/null 2>&1 & } && exec \"$@\" </dev/null 3<&-";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ResponderProcess(NamedNetworkNamespace space, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo("unshare", ["-m", "sh", "-c", Script, "sh", .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = space.Run(() => Process.Start(start)) ?? throw new InvalidOperationException($"{command[0]} does not start");
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>CPU time of all its threads so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The product's endpoint and driver; comes back when it answers.</summary>
    public static ResponderProcess Product(NamedNetworkNamespace space, IPAddress own)
    {
        var made = new ResponderProcess(space, new Dictionary<string, string>(), "dotnet", Path.Combine(AppContext.BaseDirectory, "IpsecDp.Handshakes.dll"), "ike", Verb, own.ToString());
        return made._process.StandardOutput.ReadLine() == Ready ? made : throw new InvalidOperationException("the responder did not start");
    }

    /// <summary>strongSwan with its files in a folder; comes back when its connection is loaded.</summary>
    public static ResponderProcess Charon(NamedNetworkNamespace space, IPAddress own, string folder)
    {
        var (control, settings) = (Path.Combine(folder, "vici"), Path.Combine(folder, "strongswan.conf"));
        File.Delete(control);
        File.WriteAllText(settings, CharonSettings.Daemon(control));
        File.WriteAllText(Path.Combine(folder, "swanctl.conf"), CharonSettings.Connection(own.ToString()));
        var environment = new Dictionary<string, string> { ["STRONGSWAN_CONF"] = settings, ["SWANCTL_DIR"] = folder };
        var made = new ResponderProcess(space, environment, "/usr/sbin/charon-systemd");
        made._process.OutputDataReceived += (_, _) => { };
        made._process.BeginOutputReadLine();
        SpinWait.SpinUntil(() => File.Exists(control) || made._process.HasExited, Patience);
        var load = new ProcessStartInfo("swanctl", ["--load-all", "--noprompt", "--uri", $"unix://{control}"]) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["STRONGSWAN_CONF"] = settings, ["SWANCTL_DIR"] = folder } };
        using var loading = Process.Start(load)!;
        var complaint = loading.StandardError.ReadToEndAsync();
        var said = loading.StandardOutput.ReadToEnd();
        loading.WaitForExit();
        return loading.ExitCode == 0 ? made : throw new InvalidOperationException($"strongSwan does not take its connection: {said}{complaint.GetAwaiter().GetResult()}");
    }

    /// <summary>Is the product's responder until it is ended.</summary>
    public static void Serve(IPAddress own)
    {
        var limits = new LimitsModel { CookiesFrom = 4096, CookiesFromOnePeer = 4096, HalfOpenOfOnePeer = 4096 };
        using var party = new SocketParty(own, Models.Responder(IpAddress.From(own), limits), static _ => { });
        Console.Out.WriteLine(Ready);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
