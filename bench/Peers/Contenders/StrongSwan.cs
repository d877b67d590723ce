using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>strongSwan with the plug-in kernel-libipsec, which does ESP in user space and carries it in UDP only.</summary>
internal sealed class StrongSwan : IContender
{
    private const string Plugin = "/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so";

    // Process and socket files have fixed names in /run, so each end has one of its own.
    private const string Script = "mount -t tmpfs tmpfs /run && exec \"$1\"";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public string Name => "strongswan";

    /// <inheritdoc/>
    public string Title => "strongSwan kernel-libipsec";

    /// <inheritdoc/>
    public string? Absence => Tool.Find("charon-systemd") is null || Tool.Find("swanctl") is null || !File.Exists(Plugin)
        ? "strongSwan with kernel-libipsec is missing: install the packages charon-systemd, strongswan-swanctl, libcharon-extra-plugins and libstrongswan-standard-plugins"
        : null;

    /// <inheritdoc/>
    public Tunnel SetUp(TestBed bed, CancellationToken cancellation) => Tunnel.Build(
        bed,
        bed.A.Inner,
        bed.B.Inner,
        tunnel =>
        {
            foreach (var (own, peer) in new[] { (bed.A, bed.B), (bed.B, bed.A) })
            {
                GiveInnerAddress(own);
                tunnel.Add(Start(bed, own, peer));
            }

            Control(bed, bed.B, ["--load-all", "--noprompt"], cancellation);
            Control(bed, bed.A, ["--load-all", "--noprompt"], cancellation);
            Control(bed, bed.A, ["--initiate", "--child", "inside", "--timeout", "10"], cancellation);
        },
        cancellation,
        () =>
        {
            TakeInnerAddress(bed.A);
            TakeInnerAddress(bed.B);
        });

    // Its TUN device has no address of its own.
    private static void GiveInnerAddress(Site site) => site.Space.Ip("addr", "replace", $"{site.Inner}/32", "dev", "lo");

    private static void TakeInnerAddress(Site site) => site.Space.Ip("addr", "del", $"{site.Inner}/32", "dev", "lo");

    private static HeldProcess Start(TestBed bed, Site own, Site peer)
    {
        // A socket of an earlier round would look like a daemon that is ready.
        File.Delete(ControlSocket(bed, own));
        var settings = bed.Write($"strongswan-{own.Name}.conf", StrongSwanSettings.Daemon(ControlSocket(bed, own)));
        var folder = Directory.CreateDirectory(Path.Combine(bed.Folder, $"swanctl-{own.Name}")).FullName;
        File.WriteAllText(Path.Combine(folder, "swanctl.conf"), StrongSwanSettings.Connection(own, peer));
        return new HeldProcess(
            own.Space,
            $"strongSwan at {own.Name}",
            new Dictionary<string, string> { ["STRONGSWAN_CONF"] = settings, ["SWANCTL_DIR"] = folder },
            "unshare", "-m", "sh", "-c", Script, "sh", Tool.Find("charon-systemd")!);
    }

    private static string ControlSocket(TestBed bed, Site site) => Path.Combine(bed.Folder, $"vici-{site.Name}");

    // The daemon's control socket is there a moment after the daemon is.
    private static void Control(TestBed bed, Site site, string[] arguments, CancellationToken cancellation)
    {
        if (!SpinWait.SpinUntil(() => File.Exists(ControlSocket(bed, site)) || cancellation.IsCancellationRequested, Patience))
        {
            throw new PeersException($"strongSwan at {site.Name} opens no control socket within {Patience.TotalSeconds:0} s");
        }

        Tool.Run(
            site.Space, Patience, "env",
            ["STRONGSWAN_CONF=" + Path.Combine(bed.Folder, $"strongswan-{site.Name}.conf"), "SWANCTL_DIR=" + Path.Combine(bed.Folder, $"swanctl-{site.Name}"), "swanctl", .. arguments, "--uri", $"unix://{ControlSocket(bed, site)}"],
            cancellation);
    }
}
