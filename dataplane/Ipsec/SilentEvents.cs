using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec;

/// <summary>The events of a data plane that nobody listens to.</summary>
internal sealed class SilentEvents : IDataPlaneEvents
{
    /// <inheritdoc/>
    public void Acquire(string tunnel, in FlowKey flow)
    {
    }

    /// <inheritdoc/>
    public void SoftExpire(string tunnel, uint spi)
    {
    }

    /// <inheritdoc/>
    public void HardExpire(string tunnel, uint spi)
    {
    }

    /// <inheritdoc/>
    public void FilterHit(in FilterHit hit)
    {
    }

    /// <inheritdoc/>
    public void FilterHitsSuppressed(string rule, long packets)
    {
    }

    /// <inheritdoc/>
    public void UnknownSpi(in StrayPacket stray)
    {
    }
}
