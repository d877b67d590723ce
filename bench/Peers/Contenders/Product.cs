using System.Globalization;
using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>Our data plane with AES-128-GCM and manual keys: tunnel mode through a TUN interface, or transport mode in the hosts' own path.</summary>
internal sealed class Product(string name, string title, int engines, bool isInUdp, Placement placement, bool isInHostPath = false, bool sorts = false) : IContender
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HelpPatience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<bool> IsPlaceable = new(() =>
        Tool.Run(null, HelpPatience, Runtime.Dotnet, [Runtime.Product!, "run", "--help"], CancellationToken.None).Contains("--placement", StringComparison.Ordinal));

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Title => title;

    /// <inheritdoc/>
    public string? Absence => File.Exists(Runtime.Product) ? null : "our data plane is not built: start this through bench/run, which builds it";

    /// <inheritdoc/>
    public Tunnel SetUp(TestBed bed, CancellationToken cancellation) => Tunnel.Build(
        bed,
        isInHostPath ? bed.A.Endpoint : bed.A.Inner,
        isInHostPath ? bed.B.Endpoint : bed.B.Inner,
        tunnel =>
        {
            var keys = ProductPolicy.FreshKeys();
            var a = tunnel.Add(Start(bed, bed.A, bed.B, ProductPolicy.Write(bed.A, bed.B, isInUdp, isInHostPath, sorts, keys.FromA, keys.FromB), placement.OfA));
            var b = tunnel.Add(Start(bed, bed.B, bed.A, ProductPolicy.Write(bed.B, bed.A, isInUdp, isInHostPath, sorts, keys.FromB, keys.FromA), placement.OfB));
            a.AwaitLine("ready", ReadyPatience, cancellation);
            b.AwaitLine("ready", ReadyPatience, cancellation);
        },
        cancellation);

    private HeldProcess Start(TestBed bed, Site own, Site peer, string policy, string ownPlacement)
    {
        List<string> command =
        [
            Runtime.Dotnet, Runtime.Product!, "run", "--json", "--policy", bed.Write($"{own.Name}.policy", policy), "--state", "none",
            "--engines", engines.ToString(CultureInfo.InvariantCulture), "--encap", isInUdp ? "udp" : "esp",
            "--capture", isInHostPath ? "nfqueue" : "tun",
        ];
        if (!isInHostPath)
        {
            command.AddRange(["--tun", "ipsec0", "--address", $"{own.Inner}/32", "--route", $"{peer.Inner}/32"]);
        }

        if (sorts)
        {
            command.Add("--sort-arrivals");
        }

        if (IsPlaceable.Value)
        {
            command.AddRange(["--placement", ownPlacement]);
        }

        return new HeldProcess(own.Space, $"{name} at {own.Name}", Runtime.Environment, command);
    }
}
