using System.Diagnostics;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>strongSwan in a namespace of the test, with ESP of its own in user space, which travels in UDP only and in tunnel mode; it goes with the test.</summary>
internal sealed class StrongSwanPeer : IDisposable
{
    // Process and socket files have fixed names in /run; the daemon gets one of its own.
    private const string Script = "mount -t tmpfs tmpfs /run && exec \"$0\"";

    // Not every kernel has ESP of its own, a container's least of all.
    private const string Plugin = "/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Its own messages and ESP in UDP bear a mark, and what bears it is not routed into its TUN interface again.
    private const string Marked = "socket-default {\n fwmark = 0x42\n}\nkernel-netlink {\n load = 1\n fwmark = !0x42\n}\n";

    private readonly NetworkNamespace _space;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-swan-");
    private readonly Process _daemon;

    /// <summary>Starts it with a connection <c>peers</c> that has a child <c>inside</c>, and loads that.</summary>
    public StrongSwanPeer(NetworkNamespace space, string connections, bool protectsItself = false, SpareKernel? kernel = null)
    {
        _space = space;
        File.WriteAllText(Settings, Daemon((kernel is null ? UserSpaceEsp : "kernel-libipsec {\n load = no\n}\n") + (protectsItself ? Marked : "kernel-netlink {\n load = 1\n}\n")));
        File.WriteAllText(Path.Combine(_folder.FullName, "swanctl.conf"), connections);
        _daemon = space.Run(() => Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", Script, Tool!])
        {
            Environment = { ["STRONGSWAN_CONF"] = Settings, ["SWANCTL_DIR"] = _folder.FullName, ["LD_PRELOAD"] = kernel?.Library, ["IPSECDP_SAS"] = kernel?.Installed },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }))!;
        Drain(_daemon);
        if (!SpinWait.SpinUntil(() => File.Exists(Socket) || _daemon.HasExited, Patience) || _daemon.HasExited)
        {
            Dispose();
            throw new InvalidOperationException("strongSwan opens no control socket");
        }

        Control("--load-all", "--noprompt");
    }

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? Hindrance => NetworkNamespaces.Hindrance ?? (Tool is null || !File.Exists(Plugin) ? "needs the packages charon-systemd, strongswan-swanctl and libcharon-extra-plugins" : null);

    private static string? Tool => Array.Find(["/usr/sbin/charon-systemd", "/usr/lib/ipsec/charon-systemd"], File.Exists);

    private string Settings => Path.Combine(_folder.FullName, "strongswan.conf");

    private string Socket => Path.Combine(_folder.FullName, "vici");

    private const string UserSpaceEsp = "kernel-libipsec {\n load = 10\n allow_peer_ts = yes\n}\n";

    private string Daemon(string kernel) => $$"""
        charon-systemd {
          load_modular = yes
          install_virtual_ip = no
          retransmit_tries = 3
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

    /// <summary>Runs swanctl and gives what it said; throws when it fails.</summary>
    public string Control(params string[] arguments) =>
        _space.Execute("env", [$"STRONGSWAN_CONF={Settings}", $"SWANCTL_DIR={_folder.FullName}", "swanctl", .. arguments, "--uri", $"unix://{Socket}"]);

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

    private static void Drain(Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}
