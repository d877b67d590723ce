using IpsecDp.Ports;
using IpsecDp.Ports.Wrappers;

namespace IpsecDp.Host.Lab;

/// <summary>One end of the lab's link, with the faults that were asked for.</summary>
internal sealed class LabLink
{
    private readonly FaultyPort? _faulty;

    /// <summary>Wraps an end; without faults the end itself is used.</summary>
    public LabLink(ICipherPort end, LabOptions options, int direction)
    {
        _faulty = options.Faults.Total > 0 ? new FaultyPort(end, options.Faults, unchecked((int)options.Seed * 2) + direction) : null;
        Port = _faulty ?? end;
    }

    /// <summary>What the data plane sends to.</summary>
    public ICipherPort Port { get; }

    /// <summary>The faults applied so far.</summary>
    public FaultCounts Faults => _faulty?.Counts ?? default;

    /// <summary>Sends what a fault still holds.</summary>
    public void Flush() => _faulty?.Flush();
}
