using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Search;

namespace Offload.Tests.Modelling.Activity;

/// <summary>A made-up measurement whose figures are easy to follow.</summary>
internal static class MeasurementSample
{
    private const int Parts = 10;

    /// <summary>A sweep of rates in which the engines' share of every step is given.</summary>
    public static Measurement Of(SweepKind sweep, params (double Value, double Share)[] steps) => new()
    {
        Setup = new MeasuredSetup
        {
            Load = "mixed",
            Sweep = sweep,
            Capture = "memory",
            Protection = "ESP aes-128-gcm-16",
            General = 1,
            Engines = 1,
            Topology = "1 general and 1 specialty processors",
            TrialSeconds = 1,
            Machine = "a machine",
            StartedAt = new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.Zero),
        },
        Capacities = [new CapacityFigures(0, 120_000, [new GoalResult(new SearchGoal(0, 1, 3, 0.5, 0.05), 95_000, 99_000, 95_000)], 12, 0)],
        Points = [.. steps.Select(step => Point(step.Value, step.Share))],
    };

    /// <summary>A step of one trial in which a second of CPU time is divided so.</summary>
    public static SweepPoint Point(double value, double share, double spread = 0.001) => new() { Value = value, Trials = [Trial(value, share, spread)] };

    /// <summary>A trial whose parts scatter around the share.</summary>
    public static TrialFigures Trial(double value, double share, double spread = 0.001, NoiseFigures? noise = null) => new()
    {
        Intended = value * 1000,
        Seconds = 1,
        Offered = (long)(value * 1000),
        OfferedOctets = (long)(value * 1000) * 500,
        Delivered = (long)(value * 990),
        DeliveredOctets = (long)(value * 990) * 500,
        LostAt = new Dictionary<string, long> { ["at the full ring of the port"] = (long)(value * 1000) - (long)(value * 990) },
        Classes = [new ClassFigures("ee-high", (long)(value * 500), (long)(value * 500), 0, 20, 90 + value, 200, 400), new ClassFigures("bulk", (long)(value * 500), (long)(value * 490), 0, 30, 120 + value, 300, 500)],
        Cpu = Cpu(share),
        Parts = [.. Enumerable.Range(0, Parts).Select(part => Cpu(share + (part % 2 == 0 ? spread : -spread)))],
        OnEngines = new WorkFigures(100, 800, 400_000),
        Spills = new Dictionary<string, WorkFigures> { ["queues full"] = new(10, 150, 70_000), ["waited too long"] = new(5, 50, 30_000) },
        BatchSizes = [0, 50, 30, 20, 10],
        QueueDepths = [60, 30, 20],
        QueueMicroseconds = [10, 40, 60],
        WakeUps = 7,
        Noise = noise ?? new NoiseFigures { StealShare = 0.001, OthersShare = 0.01, InvoluntarySwitches = 3 },
    };

    private static AccountSeconds Cpu(double share) => new()
    {
        Specialty = share * 0.9,
        SpecialtyOther = share * 0.1,
        General = (1 - share) * 0.6,
        EligibleOnGeneral = (1 - share) * 0.2,
        HandOver = (1 - share) * 0.2,
        Spin = 0.05,
        Wall = 1,
    };
}
