using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Daemon.Offload;

/// <summary>What an operator says about engines beside their number: the dispatch controls of z/OS, who delivers, and the machine.</summary>
public sealed record EngineChoice
{
    /// <summary>ZIIP IPSECURITY or NOIPSECURITY.</summary>
    public bool IpSecurity { get; init; } = true;

    /// <summary>IIPHONORPRIORITY.</summary>
    public bool HonorPriority { get; init; } = true;

    /// <summary>Classes with Honor Priority=NO of their own.</summary>
    public IReadOnlyList<ServiceClass> KeptToEngines { get; init; } = [];

    /// <summary>ZIIPAWMT.</summary>
    public TimeSpan AlternateWait { get; init; } = NeedHelpRule.DefaultAlternateWait;

    /// <summary>Whether under overload general threads keep work where moving it carries less.</summary>
    public bool KeepsWhatIsDearer { get; init; } = true;

    /// <summary>Octets of a job below which its general thread does it; null for what suits the place: nothing in memory, <see cref="DaemonOptions.DefaultSmallestJob"/> where engines sleep between packets.</summary>
    public int? SmallestJob { get; init; }

    /// <summary>Whether each class waits in a queue of its own.</summary>
    public bool QueuesByClass { get; init; } = true;

    /// <summary>Who delivers what engines ran.</summary>
    public DeliveryRule Delivery { get; init; }

    /// <summary>General processors the threads are bound to, or only counted as; null leaves the machine out of it.</summary>
    public int? General { get; init; }

    /// <summary>Whether the scheduler places the threads though <see cref="General"/> names a machine.</summary>
    public bool IsUnpinned { get; init; }

    /// <summary>The normalisation factor of reports and records.</summary>
    public Normalisation Factor { get; init; } = Normalisation.None;

    /// <summary>The machine with so many engines; null where none was named.</summary>
    public EngineTopology? Topology(int engines) => General is { } general
        ? new EngineTopology(general, engines) { IsPinned = !IsUnpinned, Factor = Factor }
        : null;

    /// <summary>Why so many engines cannot be had on so many processors; empty where no machine was named.</summary>
    public IReadOnlyList<string> Refusals(int engines, int processors) => Topology(engines)?.Refusals(processors) ?? [];

    /// <summary>Where threads run by the machine that was named; null leaves it to other options.</summary>
    public ThreadPlacement? Place(int engines, IReadOnlyList<int> allowed) => Topology(engines)?.Place(allowed);

    /// <summary>What a pool of so many engines is built from.</summary>
    public EnginePoolModel ToModel(int engines, ThreadPlacement placement, IThreadPinning pinning)
    {
        ArgumentNullException.ThrowIfNull(placement);
        return new EnginePoolModel
        {
            Engines = engines,
            IpSecurity = IpSecurity,
            QueuesByClass = QueuesByClass,
            Delivery = Delivery,
            Rule = new NeedHelpRule { HonorPriority = HonorPriority, KeptToEngines = KeptToEngines, AlternateWait = AlternateWait, KeepsWhatIsDearer = KeepsWhatIsDearer, SmallestJob = SmallestJob ?? 0 },
            Pinning = pinning,
            Processors = placement.Engines,
            FollowsWork = placement.EnginesFollow(engines),
            DeliveryProcessor = placement.General.Count > 0 ? placement.General[^1] : null,
        };
    }
}
