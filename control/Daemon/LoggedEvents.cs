using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Daemon;

/// <summary>Control's end where keys are given by hand: nobody can replace an SA, so the operator is told.</summary>
internal sealed class LoggedEvents(DaemonLog log) : IDataPlaneEvents
{
    /// <inheritdoc/>
    public void Acquire(string tunnel, in FlowKey flow) =>
        log.Write(DaemonMessage.Acquire, $"tunnel {tunnel} has no outbound SA, but {flow} wants it: give it keys in the policy and start again");

    /// <inheritdoc/>
    public void SoftExpire(string tunnel, uint spi) =>
        log.Write(DaemonMessage.SoftExpire, $"tunnel {tunnel}: SA 0x{spi:x8} passed its soft limit: prepare new keys");

    /// <inheritdoc/>
    public void HardExpire(string tunnel, uint spi) =>
        log.Write(DaemonMessage.HardExpire, $"tunnel {tunnel}: SA 0x{spi:x8} reached its hard limit and carries nothing more: give the tunnel new keys in the policy and start again");

    /// <inheritdoc/>
    public void FilterHit(in FilterHit hit) => log.Write(hit);

    /// <inheritdoc/>
    public void FilterHitsSuppressed(string rule, long packets) =>
        log.Write(DaemonMessage.FilterHitsSuppressed, $"rule {rule}: {packets} more packets met it and are not shown");

    /// <inheritdoc/>
    public void UnknownSpi(uint spi, IpAddress source) =>
        log.Write(DaemonMessage.UnknownSpi, $"a packet from {source} names SPI 0x{spi:x8}, which no SA has: compare the SPIs of both policies");
}
