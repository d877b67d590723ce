using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.TestKit.Line;

/// <summary>What a data plane told control, one line an event.</summary>
public sealed class RecordedEvents : IDataPlaneEvents
{
    private readonly Lock _lock = new();
    private readonly List<string> _told = [];

    /// <summary>Everything told so far.</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_lock)
            {
                return [.. _told];
            }
        }
    }

    /// <inheritdoc/>
    public void Acquire(string tunnel, in FlowKey flow) => Add($"acquire {tunnel}");

    /// <inheritdoc/>
    public void SoftExpire(string tunnel, uint spi) => Add($"soft {tunnel} {spi}");

    /// <inheritdoc/>
    public void HardExpire(string tunnel, uint spi) => Add($"hard {tunnel} {spi}");

    /// <inheritdoc/>
    public void FilterHit(in FilterHit hit) =>
        Add($"{(hit.Refusal == DropReason.None ? "permit" : $"deny {hit.Refusal}")} {hit.Rule} {hit.Direction} {hit.Packets}x{hit.Octets} {hit.Flow}");

    /// <inheritdoc/>
    public void FilterHitsSuppressed(string rule, long packets) => Add($"suppressed {rule} {packets}");

    /// <summary>The last packet of an unknown SPI that was told.</summary>
    public StrayPacket? LastStray { get; private set; }

    /// <inheritdoc/>
    public void UnknownSpi(in StrayPacket stray)
    {
        Add($"unknown {stray.Spi}");
        LastStray = stray;
    }

    private void Add(string line)
    {
        lock (_lock)
        {
            _told.Add(line);
        }
    }
}
