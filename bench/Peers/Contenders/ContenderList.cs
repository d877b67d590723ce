using IpsecDp.Peers.Relay;

namespace IpsecDp.Peers.Contenders;

/// <summary>All contenders, in the order of the report.</summary>
internal static class ContenderList
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All(Placement.Free, "wireguard-go").Select(contender => contender.Name)];

    /// <summary>Makes those of these names.</summary>
    public static IReadOnlyList<IContender> Of(IReadOnlyCollection<string> names, Placement placement, string wireGuardGo) =>
        [.. All(placement, wireGuardGo).Where(contender => names.Contains(contender.Name))];

    private static IContender[] All(Placement placement, string wireGuardGo) =>
    [
        new PlainVeth(),
        new BareRelay(RelayForm.Udp, placement),
        new BareRelay(RelayForm.Sealed, placement),
        new BareRelay(RelayForm.Raw, placement.Apart),
        new WireGuardGo(wireGuardGo),
        new StrongSwan(),
        new Product("inline", "ours, run to completion", engines: 0, isInUdp: true, placement),
        new Product("sorted", "ours, run to completion, arrivals sorted", engines: 0, isInUdp: true, placement, sorts: true),
        new Product("pool", "ours, engine pool", engines: 1, isInUdp: true, placement),
        new Product("esp", "ours, raw ESP", engines: 0, isInUdp: false, placement.Apart),
        new Product("nfqueue-udp", "ours, nfqueue transport in UDP", engines: 0, isInUdp: true, Placement.Free, isInHostPath: true),
        new Product("nfqueue", "ours, nfqueue transport", engines: 0, isInUdp: false, placement.Apart, isInHostPath: true),
    ];
}
