using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Host.Lab;

/// <summary>Control's end in a lab with manual keys: nobody replaces an SA, so what is told is only counted by the drop reasons.</summary>
internal sealed class LabEvents : IDataPlaneEvents
{
    /// <summary>The one there is.</summary>
    public static LabEvents Silent { get; } = new();

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
