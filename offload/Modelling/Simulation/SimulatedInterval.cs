using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Modelling.Simulation;

/// <summary>What happened in a stretch of virtual time.</summary>
public sealed class SimulatedInterval
{
    private readonly WorkCount[] _spills;

    private SimulatedInterval(WorkCount[] spills) => _spills = spills;

    /// <summary>Its length in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Packets that arrived.</summary>
    public required long Offered { get; init; }

    /// <summary>Packets that found no room.</summary>
    public required long Lost { get; init; }

    /// <summary>Packets that were delivered.</summary>
    public required long Delivered { get; init; }

    /// <summary>Octets that were delivered.</summary>
    public required long DeliveredOctets { get; init; }

    /// <summary>What engines took.</summary>
    public required WorkCount OnEngines { get; init; }

    /// <summary>Engines woken from sleep.</summary>
    public required long WakeUps { get; init; }

    /// <summary>Times a general processor waited for room.</summary>
    public required long Waits { get; init; }

    /// <summary>Times the engines began to need help.</summary>
    public required long HelpCalls { get; init; }

    /// <summary>Jobs in queues on average.</summary>
    public required double QueueLength { get; init; }

    /// <summary>Seconds a queued job waited on average; NaN without one.</summary>
    public required double QueueWait { get; init; }

    /// <summary>CPU seconds by account, as the product's ledger has them.</summary>
    public required CpuSnapshot Cpu { get; init; }

    /// <summary>What general processors ran for a cause in spite of engines.</summary>
    public WorkCount SpilledBy(SpillCause cause) => _spills[(int)cause];

    internal static SimulatedInterval Between(SimulationCounts earlier, SimulationCounts later)
    {
        var nanoseconds = later.At - earlier.At;
        var jobs = later.QueueJobs - earlier.QueueJobs;
        double SecondsOf(CpuAccount account) => (later.Booked[(int)account] - earlier.Booked[(int)account]) / 1e9;
        return new SimulatedInterval([.. later.Spills.Select((spill, cause) => spill - earlier.Spills[cause])])
        {
            Seconds = nanoseconds / 1e9,
            Offered = later.Offered - earlier.Offered,
            Lost = later.Lost - earlier.Lost,
            Delivered = later.Delivered - earlier.Delivered,
            DeliveredOctets = later.DeliveredOctets - earlier.DeliveredOctets,
            OnEngines = later.Engine - earlier.Engine,
            WakeUps = later.WakeUps - earlier.WakeUps,
            Waits = later.Waits - earlier.Waits,
            HelpCalls = later.HelpCalls - earlier.HelpCalls,
            QueueLength = (later.QueueArea - earlier.QueueArea) / nanoseconds,
            QueueWait = jobs == 0 ? double.NaN : (later.QueueWait - earlier.QueueWait) / jobs / 1e9,
            Cpu = CpuSnapshot.Of(SecondsOf, CpuAccounts.All.Sum(SecondsOf), TimeSpan.FromSeconds(nanoseconds / 1e9), (later.EngineHandOver - earlier.EngineHandOver) / 1e9),
        };
    }
}
