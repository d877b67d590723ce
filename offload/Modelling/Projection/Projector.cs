using IpsecDp.Modelling.Search;
using IpsecDp.Modelling.Simulation;
using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>Projects what a machine does that is not there, by simulating it with costs measured on one that is.</summary>
public sealed class Projector
{
    private const double KneeLoss = 0.005;
    private const double Precision = 0.004;
    private const double Saturating = 3;
    private const double Least = 1000;
    private const double Most = 1e10;

    private readonly CostModel _costs;
    private readonly ProjectionRequest _request;
    private readonly CostRound[] _rounds;

    /// <summary>A projector of one machine; throws <see cref="ArgumentException"/> on a request or costs that make no sense.</summary>
    public Projector(CostModel costs, ProjectionRequest request)
    {
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(request);
        costs.Validate();
        request.Validate();
        var path = costs.Rounds[0].Path.Name;
        _costs = costs;
        _request = request with { Mix = [.. request.Mix.Select(stream => stream with { Path = path })] };
        _rounds = [.. Enumerable.Range(0, request.Replications).Select(replication => costs.Resample(request.Seed + (ulong)replication))];
    }

    /// <summary>The whole answer.</summary>
    public ProjectionResult Project(CancellationToken cancellation)
    {
        var capacity = FindCapacity(isWakingFree: false, cancellation);
        return new ProjectionResult
        {
            Request = _request,
            Costs = _costs,
            Capacity = capacity,
            Points = Sweep(capacity.Knee.Mean, isWakingFree: false, cancellation),
            CapacityWithoutWakeUps = FindCapacity(isWakingFree: true, cancellation),
            PointsWithoutWakeUps = Sweep(capacity.Knee.Mean, isWakingFree: true, cancellation),
        };
    }

    /// <summary>The highest rates, each replication searched for itself by the rule of RFC 9971.</summary>
    public ProjectedCapacity FindCapacity(bool isWakingFree, CancellationToken cancellation)
    {
        List<double> withoutLoss = [];
        List<double> knees = [];
        List<double> saturations = [];
        var first = Guess();
        for (var replication = 0; replication < _rounds.Length; replication++)
        {
            var results = Search(first, replication, isWakingFree, cancellation);
            withoutLoss.AddRange(results[0].Throughput is { } none ? [none] : []);
            if (results[1].LowerBound is { } knee)
            {
                first = knee;
                knees.Add(results[1].Throughput ?? knee);
                saturations.Add(Run(knee * Saturating, replication, isWakingFree, cancellation).Result.PacketsPerSecond.Mean);
            }
        }

        return new ProjectedCapacity(Estimate.Of(withoutLoss), Estimate.Of(knees), Estimate.Of(saturations));
    }

    /// <summary>What happens at an offered rate, in packets a second.</summary>
    public ProjectedPoint At(double packetsPerSecond, bool isWakingFree, CancellationToken cancellation) =>
        ProjectedPoint.Of([.. Enumerable.Range(0, _rounds.Length).Select(replication => Run(packetsPerSecond, replication, isWakingFree, cancellation))], _request.Topology.Factor);

    /// <summary>The fewest engines with which so many packets a second lose at most 0.5 % and the ratio by packets is at least the wanted one; null where even the most allowed are too few, as where the general processors are the limit.</summary>
    public static int? EnginesFor(CostModel costs, ProjectionRequest request, double packetsPerSecond, double ratio, int most, CancellationToken cancellation)
    {
        bool Suffices(int engines)
        {
            var asked = request with { Topology = request.Topology with { Specialty = engines * request.ThreadsPerCore } };
            var point = new Projector(costs, asked).At(packetsPerSecond, isWakingFree: false, cancellation);
            return point.Loss.Mean <= KneeLoss && point.RatioByPackets.Mean >= ratio;
        }

        if (!Suffices(most))
        {
            return null;
        }

        var (few, enough) = (0, most);
        while (enough - few > 1)
        {
            var middle = (few + enough) / 2;
            (few, enough) = Suffices(middle) ? (few, middle) : (middle, enough);
        }

        return enough;
    }

    private ProjectedPoint[] Sweep(double knee, bool isWakingFree, CancellationToken cancellation) =>
        [.. _request.Loads.Select(load => At(load * knee, isWakingFree, cancellation))];

    private IReadOnlyList<GoalResult> Search(double first, int replication, bool isWakingFree, CancellationToken cancellation)
    {
        // A run is never disturbed, so that one decides a load.
        SearchGoal Goal(double loss) => new(loss, FinalTrialSeconds: 1, DurationSumSeconds: 1, ExceedRatio: 0, Precision);
        var search = new LossRatioSearch([Goal(0), Goal(KneeLoss)], Least, Most, first);
        while (search.Next() is var (load, seconds))
        {
            search.Add(new TrialResult(load, seconds, Run(load, replication, isWakingFree, cancellation).Result.LossShare.Mean));
        }

        return search.Results;
    }

    private ProjectedRun Run(double packetsPerSecond, int replication, bool isWakingFree, CancellationToken cancellation)
    {
        var round = _rounds[replication];
        var costs = isWakingFree ? round with { HandOver = round.HandOver.WithoutWakeUps } : round;
        var model = _request.ToModel(_costs, costs, packetsPerSecond, _request.Seed + (ulong)replication);
        return new ProjectedRun(packetsPerSecond, costs.HandOver.Wake * _request.Topology.Factor.Value, SimulatedMachine.Run(model, cancellation));
    }

    // Where the general processors were the limit and engines did the rest.
    private double Guess()
    {
        var path = _rounds[0].Path;
        var (batch, octets) = (_costs.BatchSize, (double)_costs.BatchSize * _costs.Octets);
        return 1e9 * batch * _request.Topology.General / (path.Receive.Mean(batch, octets) + path.Admit.Mean(batch, octets) + path.Run.Mean(batch, octets) + path.Deliver.Mean(batch, octets));
    }
}
