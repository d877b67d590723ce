namespace IpsecDp.Daemon.Commands;

/// <summary>A pair of SAs with its counters.</summary>
/// <param name="Local">This host's endpoint.</param>
/// <param name="Remote">The peer's endpoint.</param>
/// <param name="InboundSpi">The SPI the peer sends with.</param>
/// <param name="OutboundSpi">The SPI this host sends with.</param>
/// <param name="Protection">Protocol and suite.</param>
/// <param name="Mode">Transport or tunnel.</param>
/// <param name="IsSealing">Whether what leaves is sealed with it.</param>
/// <param name="SecondsLeft">Until it ends at the latest; null for no end.</param>
/// <param name="InboundPackets">Packets opened.</param>
/// <param name="InboundOctets">Their octets.</param>
/// <param name="OutboundPackets">Packets sealed.</param>
/// <param name="OutboundOctets">Their octets.</param>
/// <param name="Refused">Inbound packets that were refused.</param>
/// <param name="Traffic">What it may carry.</param>
public sealed record SaPairState(
    string Local,
    string Remote,
    uint InboundSpi,
    uint? OutboundSpi,
    string Protection,
    string Mode,
    bool IsSealing,
    long? SecondsLeft,
    long InboundPackets,
    long InboundOctets,
    long OutboundPackets,
    long OutboundOctets,
    long Refused,
    IReadOnlyList<string> Traffic);
