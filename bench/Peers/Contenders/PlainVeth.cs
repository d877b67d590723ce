using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>The link itself, with no tunnel over it.</summary>
internal sealed class PlainVeth : IContender
{
    /// <inheritdoc/>
    public string Name => "veth";

    /// <inheritdoc/>
    public string Title => "plain veth, no tunnel";

    /// <inheritdoc/>
    public string? Absence => null;

    /// <inheritdoc/>
    public Tunnel SetUp(TestBed bed, CancellationToken cancellation) => Tunnel.Build(bed, bed.A.Endpoint, bed.B.Endpoint, static _ => { }, cancellation);
}
