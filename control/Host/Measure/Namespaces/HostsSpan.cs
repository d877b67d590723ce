using IpsecDp.Engines;
using IpsecDp.Engines.Records;
using IpsecDp.Host.Reports;
using IpsecDp.Modelling.Activity;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>What both data planes did in a trial, part by part, and what this process, which is the load and its sink, spent on it.</summary>
internal sealed class HostsSpan(MachineTime machine)
{
    private readonly List<(IntervalRecord A, IntervalRecord B)> _parts = [];
    private readonly List<double> _own = [Burnt()];
    private MachineTime _machineAfter;

    private IEnumerable<IntervalRecord> Records => _parts.SelectMany(static part => new[] { part.A, part.B });

    /// <summary>Ends a part.</summary>
    public void Add((PlaneReading A, PlaneReading B) reading)
    {
        _parts.Add((reading.A.Record, reading.B.Record));
        _own.Add(Burnt());
    }

    /// <summary>Ends the last.</summary>
    public void End(MachineTime machineAfter) => _machineAfter = machineAfter;

    /// <summary>CPU time, work and disturbance of the trial; what became of its packets is left out.</summary>
    public TrialFigures Figures()
    {
        AccountSeconds[] parts = [.. _parts.Select((part, index) => Seconds(part.A, part.B, _own[index + 1] - _own[index]))];
        return new TrialFigures
        {
            Intended = 0,
            Seconds = 0,
            Offered = 0,
            OfferedOctets = 0,
            Delivered = 0,
            DeliveredOctets = 0,
            Cpu = AccountSeconds.Sum(parts),
            Parts = parts,
            OnEngines = Sum(static pool => pool.OnEngines),
            Spills = SpillCauses.All.ToDictionary(SpillWords.Of, cause => Sum(pool => pool.SpilledBy(cause))),
            Projected = Sum(static pool => pool.Projected),
            BatchSizes = Counts(static pool => pool.BatchSizes),
            QueueDepths = Counts(static pool => pool.QueueDepths),
            QueueMicroseconds = Counts(static pool => pool.QueueMicroseconds),
            DeepestQueue = Engines.Select(static engine => (long)engine.DepthHighWater).DefaultIfEmpty(0).Max(),
            WakeUps = Engines.Sum(static engine => engine.WakeUps),
            HelpCalls = Records.Sum(static record => record.Pool.HelpCalls),
            Noise = Noise(),
        };
    }

    private IEnumerable<EngineSnapshot> Engines => Records.SelectMany(static record => record.Pool.Engines);

    private static double Burnt() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static AccountSeconds Seconds(IntervalRecord a, IntervalRecord b, double own)
    {
        var both = AccountSeconds.Sum([AccountSeconds.Of(a.Cpu), AccountSeconds.Of(b.Cpu)]);
        return both with { Workload = both.Workload + own, Wall = a.Cpu.Wall.TotalSeconds };
    }

    // What the hypervisor took is the machine's, the same in either record.
    private NoiseFigures Noise()
    {
        var wall = _parts.Sum(static part => part.A.Cpu.Wall.TotalSeconds);
        var steal = _parts.Aggregate((double?)0, static (sum, part) => sum + part.A.Cpu.Disturbance.StealSeconds);
        var planes = Records.Sum(static record => record.Cpu.ProcessSeconds);
        return new NoiseFigures
        {
            StealShare = steal / (wall * Environment.ProcessorCount) is { } share && double.IsFinite(share) ? share : null,
            OthersShare = _machineAfter.WithoutInterrupts.OthersSince(machine.WithoutInterrupts, planes + _own[^1] - _own[0]),
            InvoluntarySwitches = Records.Aggregate((long?)0, static (sum, record) => sum + record.Cpu.Disturbance.InvoluntarySwitches),
            Collections = Records.Sum(static record => record.Cpu.Disturbance.Gen0Collections),
            Megahertz = _parts.Count == 0 ? null : _parts[^1].A.Cpu.Disturbance.Megahertz,
        };
    }

    private WorkFigures Sum(Func<EnginePoolSnapshot, WorkCount> of) =>
        Records.Aggregate(WorkFigures.None, (sum, record) => sum.Plus(WorkFigures.Of(of(record.Pool))));

    private long[] Counts(Func<EnginePoolSnapshot, CountHistogram> of)
    {
        var histogram = Records.Aggregate(CountHistogram.Empty, (sum, record) => sum.Plus(of(record.Pool)));
        return [.. Enumerable.Range(0, CountHistogram.Buckets).Select(bucket => histogram[bucket])];
    }
}
