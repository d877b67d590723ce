namespace IpsecDp.Peers.Results;

/// <summary>A ratio the product is to reach.</summary>
/// <param name="What">What is compared, in a few words.</param>
/// <param name="Metric">The figure.</param>
/// <param name="Contender">Whose figure is divided.</param>
/// <param name="Rival">By whose.</param>
/// <param name="Reach">What the ratio is to be.</param>
/// <param name="IsCeiling">Whether it may be at most that, and not at least.</param>
internal sealed record Goal(string What, string Metric, string Contender, string Rival, double Reach, bool IsCeiling = false)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Goal> All { get; } =
    [
        new("TCP, 1 stream", "tcp1", "inline", "relay", 0.85),
        new("TCP, 1 stream", "tcp1", "inline", "wireguard-go", 5),
        new("TCP, 1 stream", "tcp1", "inline", "strongswan", 28),
        new("TCP, 1 stream", "tcp1", "inline", "veth", 0.45),
        new("TCP, 1 stream, engine pool", "tcp1", "pool", "inline", 0.85),
        new("UDP 1400, GSO sender", "udp1400gso", "inline", "wireguard-go", 3),
        new("UDP 200, one a send call", "udp200", "inline", "wireguard-go", 2),
        new("UDP 200, one a send call", "udp200", "inline", "relay", 1),
        new("TCP, 1 stream, raw ESP", "tcp1", "esp", "strongswan", 8),
        new("NFQUEUE transport", "tcp1", "nfqueue", "strongswan", 4),
        new("round trip, idle, p50", "rtt.p50", "inline", "wireguard-go", 0.6, IsCeiling: true),
        new("round trip, idle, p99", "rtt.p99", "inline", "wireguard-go", 1, IsCeiling: true),
        new("round trip, EE high priority under bulk, p99", "eertt.p99", "inline", "wireguard-go", 0.5, IsCeiling: true),
    ];

    /// <summary>The same of what the bare relays make, which do nothing but carry, or carry and seal: what no tunnel on these paths, and none with this cipher, exceeds.</summary>
    public static IReadOnlyList<Goal> Limits { get; } =
    [
        new("TCP, 1 stream", "tcp1", "relay", "wireguard-go", 5),
        new("TCP, 1 stream", "tcp1", "relay", "strongswan", 28),
        new("TCP, 1 stream", "tcp1", "relay", "veth", 0.45),
        new("TCP, 1 stream, cipher", "tcp1", "relay-sealed", "relay", 0.85),
        new("TCP, 1 stream, cipher", "tcp1", "relay-sealed", "wireguard-go", 5),
        new("TCP, 1 stream, cipher", "tcp1", "relay-sealed", "strongswan", 28),
        new("TCP, 1 stream, cipher", "tcp1", "relay-sealed", "veth", 0.45),
        new("TCP, 1 stream, raw IP", "tcp1", "relay-raw", "strongswan", 8),
        new("UDP 1400, GSO sender", "udp1400gso", "relay", "wireguard-go", 3),
        new("UDP 1400, GSO, cipher", "udp1400gso", "relay-sealed", "wireguard-go", 3),
    ];

    /// <summary>Whether a ratio is what it is to be.</summary>
    public bool IsMetBy(double ratio) => IsCeiling ? ratio <= Reach : ratio >= Reach;
}
