using System.Diagnostics;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>strongSwan in a namespace of the test, with ESP of its own in user space, which travels in UDP only and in tunnel mode; it goes with the test.</summary>
internal sealed class StrongSwanPeer : IDisposable
{
    // Process and socket files have fixed names in /run; the daemon gets one of its own.
    private const string Script = "mount -t tmpfs tmpfs /run && exec \"$0\"";

    // Not every kernel has ESP of its own, a container's least of all.
    private const string Plugin = "/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so";

    private const string UserSpaceEsp = "kernel-libipsec {\n load = 10\n allow_peer_ts = yes\n}\n";

    private const string NoUserSpaceEsp = "kernel-libipsec {\n load = no\n}\n";

    private const string Plain = "kernel-netlink {\n load = 1\n}\n";

    // Its own messages and ESP in UDP bear a mark, and what bears it is not routed into its TUN interface again.
    private const string Marked = "socket-default {\n fwmark = 0x42\n}\nkernel-netlink {\n load = 1\n fwmark = !0x42\n}\n";

    private readonly NetworkNamespace _space;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-swan-");
    private readonly SpareKernel? _kernel;
    private Process _daemon;

    /// <summary>Starts it with its connections, settings of its own beside those every peer has, and files that <paramref name="prepare"/> puts into its folder; with a kernel of the test's own, ESP is that one's.</summary>
    public StrongSwanPeer(NetworkNamespace space, string connections, string settings = "", Action<string>? prepare = null, bool protectsItself = false, SpareKernel? kernel = null)
    {
        _space = space;
        _kernel = kernel;
        File.WriteAllText(Settings, Daemon(settings, (kernel is null ? UserSpaceEsp : NoUserSpaceEsp) + (protectsItself ? Marked : Plain)));
        File.WriteAllText(Path.Combine(_folder.FullName, "swanctl.conf"), connections);
        prepare?.Invoke(_folder.FullName);
        _daemon = Start();
        AwaitControl();
    }

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? Hindrance => NetworkNamespaces.Hindrance ?? (Tool is null || !File.Exists(Plugin) ? "needs the packages charon-systemd, strongswan-swanctl and libcharon-extra-plugins" : null);

    private static string? Tool => Array.Find(["/usr/sbin/charon-systemd", "/usr/lib/ipsec/charon-systemd"], File.Exists);

    private string Settings => Path.Combine(_folder.FullName, "strongswan.conf");

    private string Socket => Path.Combine(_folder.FullName, "vici");

    private string LogFile => Path.Combine(_folder.FullName, "log");

    /// <summary>All it wrote to its log so far.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>Runs swanctl and gives what it said; throws when it fails.</summary>
    public string Control(params string[] arguments) => _space.Execute("env", Command(arguments));

    /// <summary>Runs swanctl and gives whether it went well, with all it said.</summary>
    public (bool IsDone, string Words) TryControl(params string[] arguments)
    {
        var said = _space.Execute("sh", ["-c", "env \"$@\" 2>&1 && echo it-went-well || true", "swanctl", .. Command(arguments)]);
        return (said.Contains("it-went-well", StringComparison.Ordinal), said);
    }

    /// <summary>Waits until its log has those words.</summary>
    public void Await(string words) =>
        Assert.True(SpinWait.SpinUntil(() => Log.Contains(words, StringComparison.Ordinal), TestThread.Patience), $"strongSwan did not say \"{words}\", but: {Log}");

    /// <summary>Waits until that many IKE SAs and that many children stand; those it is about to delete do not count.</summary>
    public void AwaitStanding(int ikeSas, int children)
    {
        var list = "";
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    list = Control("--list-sas");
                    return Count(list, "ESTABLISHED") == ikeSas && Count(list, "INSTALLED") == children;
                },
                TestThread.Patience),
            $"not {ikeSas} IKE SAs with {children} children, but: {list}{Environment.NewLine}{Log}");
    }

    /// <summary>Kills it, so that nobody is told anything.</summary>
    public void Kill()
    {
        _daemon.Kill();
        _daemon.WaitForExit();
    }

    /// <summary>Starts it again after <see cref="Kill"/>.</summary>
    public void Restart()
    {
        File.Delete(Socket);
        _daemon.Dispose();
        _daemon = Start();
        AwaitControl();
    }

    public void Dispose()
    {
        if (!_daemon.HasExited)
        {
            _daemon.Kill(entireProcessTree: true);
            _daemon.WaitForExit();
        }

        _daemon.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int Count(string list, string words) => list.Split('\n').Count(line => line.Contains(words, StringComparison.Ordinal));

    private string[] Command(string[] arguments) =>
        [$"STRONGSWAN_CONF={Settings}", $"SWANCTL_DIR={_folder.FullName}", "swanctl", .. arguments, "--uri", $"unix://{Socket}"];

    private string Daemon(string settings, string kernel) => $$"""
        charon-systemd {
          load_modular = yes
          install_virtual_ip = no
          retransmit_timeout = 2.0
          retransmit_base = 1.0
          retransmit_tries = 30
          {{settings}}
          filelog {
            test {
              path = {{LogFile}}
              flush_line = yes
            }
          }
          plugins {
            include /etc/strongswan.d/charon/*.conf
            {{kernel}}
            vici {
              socket = unix://{{Socket}}
            }
            resolve {
              load = no
            }
            bypass-lan {
              load = no
            }
          }
        }

        """;

    private Process Start()
    {
        var daemon = _space.Run(() => Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", Script, Tool!])
        {
            Environment = { ["STRONGSWAN_CONF"] = Settings, ["SWANCTL_DIR"] = _folder.FullName, ["LD_PRELOAD"] = _kernel?.Library, ["IPSECDP_SAS"] = _kernel?.Installed },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }))!;
        daemon.OutputDataReceived += (_, _) => { };
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        return daemon;
    }

    private void AwaitControl()
    {
        try
        {
            if (!SpinWait.SpinUntil(() => File.Exists(Socket) || _daemon.HasExited, TestThread.Patience) || _daemon.HasExited)
            {
                throw new InvalidOperationException($"strongSwan opens no control socket: {Log}");
            }

            // The file is there a moment before anybody listens behind it.
            SpinWait.SpinUntil(() => _daemon.HasExited || TryControl("--stats").IsDone, TestThread.Patience);
            Control("--load-all", "--noprompt");
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
