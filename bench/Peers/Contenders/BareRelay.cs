using System.Globalization;
using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>The relay without ESP, over UDP or over raw IP: the limit of the path.</summary>
internal sealed class BareRelay(bool isRaw, Placement placement) : IContender
{
    private const int Port = 4600;

    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Name => isRaw ? "relay-raw" : "relay";

    /// <inheritdoc/>
    public string Title => isRaw ? "bare relay over raw IP, no ESP" : "bare relay, no ESP";

    /// <inheritdoc/>
    public string? Absence => null;

    /// <inheritdoc/>
    public Tunnel SetUp(TestBed bed, CancellationToken cancellation) => Tunnel.Build(
        bed,
        bed.A.Inner,
        bed.B.Inner,
        tunnel =>
        {
            var a = tunnel.Add(Start(bed.A, bed.B, placement.OfA));
            var b = tunnel.Add(Start(bed.B, bed.A, placement.OfB));
            a.AwaitLine("ready", ReadyPatience, cancellation);
            b.AwaitLine("ready", ReadyPatience, cancellation);
        },
        cancellation);

    private HeldProcess Start(Site own, Site peer, string placement) => new(
        own.Space,
        $"the relay at {own.Name}",
        Runtime.Environment,
        [
            .. Runtime.OwnCommand, "relay", "--local", EndPoint(own), "--remote", EndPoint(peer),
            "--address", $"{own.Inner}/32", "--route", $"{peer.Inner}/32", "--placement", placement,
            "--encap", isRaw ? "raw" : "udp",
        ]);

    private static string EndPoint(Site site) => string.Create(CultureInfo.InvariantCulture, $"{site.Endpoint}:{Port}");
}
