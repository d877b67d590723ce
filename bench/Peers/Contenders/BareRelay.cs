using System.Globalization;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Relay;

namespace IpsecDp.Peers.Contenders;

/// <summary>The relay without ESP, over UDP, over raw IP, or with the cipher alone: the limits of the path.</summary>
internal sealed class BareRelay(RelayForm form, Placement placement) : IContender
{
    private const int Port = 4600;

    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Name => form == RelayForm.Udp ? "relay" : $"relay-{Word}";

    /// <inheritdoc/>
    public string Title => form switch
    {
        RelayForm.Raw => "bare relay over raw IP, no ESP",
        RelayForm.Sealed => "bare relay with the cipher, no ESP",
        _ => "bare relay, no ESP",
    };

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

    private string Word => form.ToString().ToLowerInvariant();

    private HeldProcess Start(Site own, Site peer, string placement) => new(
        own.Space,
        $"the relay at {own.Name}",
        Runtime.Environment,
        [
            .. Runtime.OwnCommand, "relay", "--local", EndPoint(own), "--remote", EndPoint(peer),
            "--address", $"{own.Inner}/32", "--route", $"{peer.Inner}/32", "--placement", placement,
            "--encap", Word,
        ]);

    private static string EndPoint(Site site) => string.Create(CultureInfo.InvariantCulture, $"{site.Endpoint}:{Port}");
}
