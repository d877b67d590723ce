using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Daemon;

/// <summary>Control's end where keys are given by hand: nobody can replace an SA, so the operator is told.</summary>
internal sealed class LoggedEvents(DaemonLog log, TimeProvider time) : IDataPlaneEvents
{
    private static readonly TimeSpan BetweenStrays = TimeSpan.FromSeconds(1);

    private long _strayToldAt;

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
    public void UnknownSpi(in StrayPacket stray)
    {
        // Sources can be made up; the log is not theirs.
        var toldAt = Interlocked.Read(ref _strayToldAt);
        if ((toldAt == 0 || time.GetElapsedTime(toldAt) >= BetweenStrays) && Interlocked.CompareExchange(ref _strayToldAt, time.GetTimestamp(), toldAt) == toldAt)
        {
            log.Write(DaemonMessage.UnknownSpi, $"a packet from {stray.Source} names SPI 0x{stray.Spi:x8}, which no SA has: of manual tunnels compare the SPIs of both policies; a peer of IKE is told");
        }
    }
}
