using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;
using Offload.Tests.Modelling.Simulation;

namespace Offload.Tests.Modelling.Projection;

/// <summary>A line whose costs are known because it is simulated; <paramref name="surprise"/> makes engines dearer once they help under the usual rule, as calibration cannot foresee, <paramref name="beside"/> makes dearer what the general thread runs itself beside an engine, <paramref name="taken"/> tells of each run which share of its processors others had, <paramref name="broken"/> of which runs the accounts make no sense, and <paramref name="scatter"/> by how much the engine's cost differs from run to run under the usual rule; <paramref name="costs"/> and <paramref name="mix"/> take the place of the usual ones.</summary>
internal sealed class PlayedLine(double surprise = 1, double beside = 1, Func<ulong, double>? taken = null, Func<ulong, bool>? broken = null, double scatter = 0, PathCosts? costs = null, IReadOnlyList<OfferedStream>? mix = null) : ILineUnderTest
{
    private const double MostPerSecond = 8e6;

    private readonly PathCosts _costs = costs ?? SimulatedLine.Costs;
    private ulong _seed;

    /// <summary>Trials so far.</summary>
    public ulong Runs => _seed;

    /// <summary>What was asked for in turns.</summary>
    public List<IReadOnlyList<LineSetup>> InTurns { get; } = [];

    public string Path => "seal";

    public int Octets => 1500;

    public int RingLength => 1024;

    public int BatchSize => 64;

    public int RoutineBatchSize => 32;

    public IReadOnlyList<OfferedStream> Streams => mix ?? [OneSize(Octets)];

    public IReadOnlyList<LineTrial> RunInTurns(IReadOnlyList<LineSetup> setups, int turns, double packetsPerSecond, TimeSpan slice, CancellationToken cancellation)
    {
        InTurns.Add(setups);
        return [.. setups.Select(setup => Run(setup, packetsPerSecond, slice, cancellation))];
    }

    public LineTrial Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        var model = SimulatedLine.Of(setup.Engines, Math.Min(packetsPerSecond, MostPerSecond), setup.Rule) with { Seed = ++_seed };
        model = model with
        {
            Streams = [.. StreamsOf(setup, Math.Min(packetsPerSecond, MostPerSecond))],
            RingLength = RingLength,
        };
        var dearer = IsUsual(setup.Rule) ? surprise * (1 + (scatter * (_seed % 2 == 0 ? 1 : -1))) : 1;
        var charged = _costs with { RunRemote = _costs.RunRemote.Times(dearer) };
        charged = charged with { Run = charged.Run.Times(setup.Engines > 0 ? beside : 1) };
        var result = SimulatedMachine.Run(model with { Paths = [charged] }, cancellation);
        var spilled = SpillCauses.All.Aggregate(default(WorkCount), (sum, cause) => result.Intervals.Aggregate(sum, (all, interval) => all + interval.SpilledBy(cause)));
        var packets = result.Delivered;
        // Without engines nothing is a spill, and a flooded line's batches are full.
        var octets = result.Intervals.Sum(static interval => interval.DeliveredOctets);
        var inPlace = new WorkCount((long)Math.Round(packets / PacketsPerJob(model, result, (double)octets / packets)), packets, octets);
        return new LineTrial
        {
            Offered = result.Intervals.Sum(interval => interval.Offered),
            Delivered = packets,
            Lost = result.Lost,
            Cpu = result.Cpu,
            OnEngines = result.Intervals.Aggregate(default(WorkCount), (sum, interval) => sum + interval.OnEngines),
            OnGeneral = setup.Engines == 0 ? inPlace : spilled,
            WakeUps = result.Intervals.Sum(interval => interval.WakeUps),
            ReceiveSeconds = broken?.Invoke(_seed) is true ? double.NaN : result.Cpu[CpuAccount.Workload],
            TakenShare = taken?.Invoke(_seed) ?? 0,
        };
    }

    private static OfferedStream OneSize(int octets) => SimulatedLine.Of(1, 1).Streams[0] with { Octets = [octets], Arrivals = ArrivalKind.Deterministic };

    private static bool IsUsual(NeedHelpRule rule) => rule.HonorPriority && rule.QueueOctets == new NeedHelpRule().QueueOctets;

    // Each kind has its part of the rate; bursts are of the whole line's packets.
    private IEnumerable<OfferedStream> StreamsOf(LineSetup setup, double packetsPerSecond)
    {
        var streams = setup.Octets is { } octets ? [OneSize(octets)] : Streams;
        var sum = streams.Sum(static stream => stream.PacketsPerSecond);
        return streams.Select(stream => stream with
        {
            PacketsPerSecond = packetsPerSecond * stream.PacketsPerSecond / sum,
            Arrivals = setup.Burst > 1 ? ArrivalKind.Bursts : mix is null ? ArrivalKind.Poisson : stream.Arrivals,
            BurstLength = setup.Burst,
        });
    }

    // What is left of a job's cost without its packets' and octets' is the job's own.
    private double PacketsPerJob(SimulationModel model, SimulationResult result, double octets)
    {
        var perPacket = 1e9 * result.Cpu[CpuAccount.EligibleOnGeneral] / result.Delivered;
        return model.Engines > 0 ? 1 : _costs.Run.PerJob / (perPacket - _costs.Run.PerPacket - (_costs.Run.PerOctet * octets));
    }
}
