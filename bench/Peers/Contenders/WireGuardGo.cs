using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>WireGuard in user space, written in Go.</summary>
internal sealed class WireGuardGo(string program) : IContender
{
    // Each end has a /run of its own, because the control socket's name is the interface's.
    // A socket that is there and does not listen yet (00010000 is the flag) would be removed by wg as one left behind.
    private const string Script = """
        mount -t tmpfs tmpfs /run && mkdir /run/wireguard || exit 1
        "$1" -f wg0 &
        daemon=$!
        trap 'kill $daemon' TERM
        until grep -q '00010000 .*/wireguard/wg0.sock' /proc/net/unix; do kill -0 $daemon 2>/dev/null || exit 1; sleep 0.05; done
        wg set wg0 listen-port 51820 private-key "$2" peer "$3" allowed-ips "$4" endpoint "$5:51820" &&
            ip addr add "$6" dev wg0 && ip link set wg0 up && ip route add "$4" dev wg0 && echo ready
        wait $daemon
        wait $daemon
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public string Name => "wireguard-go";

    /// <inheritdoc/>
    public string Title => "wireguard-go";

    /// <inheritdoc/>
    public string? Absence =>
        Tool.Find(program) is null ? $"wireguard-go is not at {program}: install the package wireguard-go, or name a binary with --wireguard-go"
        : Tool.Find("wg") is null ? "wg is missing, which configures wireguard-go: install the package wireguard-tools"
        : null;

    /// <inheritdoc/>
    public Tunnel SetUp(TestBed bed, CancellationToken cancellation) => Tunnel.Build(
        bed,
        bed.A.Inner,
        bed.B.Inner,
        tunnel =>
        {
            var (keyOfA, publicOfA) = FreshKey(bed, bed.A, cancellation);
            var (keyOfB, publicOfB) = FreshKey(bed, bed.B, cancellation);
            var a = tunnel.Add(Start(bed.A, bed.B, keyOfA, publicOfB));
            var b = tunnel.Add(Start(bed.B, bed.A, keyOfB, publicOfA));
            a.AwaitLine("ready", Patience, cancellation);
            b.AwaitLine("ready", Patience, cancellation);
        },
        cancellation);

    private HeldProcess Start(Site own, Site peer, string keyFile, string peerKey) => new(
        own.Space,
        $"wireguard-go at {own.Name}",
        new Dictionary<string, string> { ["LOG_LEVEL"] = "error" },
        "unshare", "-m", "sh", "-c", Script, "sh", Tool.Find(program)!, keyFile, peerKey, $"{peer.Inner}/32", $"{peer.Endpoint}", $"{own.Inner}/32");

    private static (string File, string Public) FreshKey(TestBed bed, Site site, CancellationToken cancellation)
    {
        var key = Tool.Run(null, Patience, "wg", ["genkey"], cancellation);
        var file = bed.Write($"wireguard-{site.Name}.key", key);
        return (file, Tool.TryRun(null, Patience, key, "wg", ["pubkey"], cancellation).Output.Trim());
    }
}
