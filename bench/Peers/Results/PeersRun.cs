using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Contenders;
using IpsecDp.Peers.Measures;

namespace IpsecDp.Peers.Results;

/// <summary>Gives every contender its turn in every round; each is set up for its turn alone, so that no idle daemon takes from another's time.</summary>
internal sealed class PeersRun(PeersOptions options, Action<string> tell, CancellationToken cancellation)
{
    private const int WarmUpSeconds = 1;

    private readonly Dictionary<string, Dictionary<string, double>> _rates = [];

    /// <summary>Runs to the end or to cancellation; what a contender fails at is told and the others go on.</summary>
    public PeersResult Run()
    {
        foreach (var leftover in BedIdentity.RemoveLeftovers())
        {
            tell($"removed what a run that died had left: {leftover}");
        }

        var contenders = ContenderList.Of([.. options.Contenders], options.Placement, options.WireGuardGo);
        var absences = contenders.Where(contender => contender.Absence is not null).ToDictionary(contender => contender.Name, contender => contender.Absence!);
        foreach (var (name, sentence) in absences)
        {
            tell($"{name} is absent: {sentence}");
        }

        var result = new PeersResult(options, contenders, [.. options.Measures.SelectMany(measure => measure.Metrics)], absences);
        var present = contenders.Where(contender => !absences.ContainsKey(contender.Name)).ToArray();
        for (var round = 1; round <= options.Rounds; round++)
        {
            // Everybody goes first in turn, so that no place in a round is somebody's own.
            for (var i = 0; i < present.Length; i++)
            {
                TakeTurn(result, present[(i + round - 1) % present.Length], round);
            }
        }

        return result;
    }

    private void TakeTurn(PeersResult result, IContender contender, int round)
    {
        try
        {
            // Namespaces of its own: what a kernel learned of a path under one contender, as its MTU, would stop the next one's packets.
            using var bed = new TestBed();
            using var tunnel = contender.SetUp(bed, cancellation);
            var rates = _rates.TryGetValue(contender.Name, out var known) ? known : _rates[contender.Name] = [];
            var scene = new MeasureScene(bed, tunnel, options.Seconds, rates, cancellation);
            tell($"round {round}, {contender.Name}: warm-up");
            _ = BulkStream.Run(bed, tunnel, streams: 1, WarmUpSeconds, cancellation);
            foreach (var measure in options.Measures)
            {
                tell($"round {round}, {contender.Name}: {measure.Name}");
                Take(result, scene, contender, measure, round);
            }
        }
        catch (Exception failure) when (failure is PeersException or AdapterException)
        {
            AddFault(result, new Fault(round, contender.Name, "set-up", failure.Message));
        }
    }

    private void Take(PeersResult result, MeasureScene scene, IContender contender, IMeasure measure, int round)
    {
        try
        {
            var reading = measure.Take(scene);
            result.Samples.AddRange(measure.Metrics.Select(metric => new Sample(round, contender.Name, metric.Name, reading.Figures[metric.Name], reading.Effort)));
        }
        catch (Exception failure) when (failure is PeersException or SocketException)
        {
            AddFault(result, new Fault(round, contender.Name, measure.Name, CauseOf(failure, scene)));
        }
    }

    // An application fails in its own words when the tunnel below it has ended.
    private static string CauseOf(Exception failure, MeasureScene scene)
    {
        try
        {
            scene.Tunnel.RequireRunning();
            return failure.Message;
        }
        catch (PeersException ended)
        {
            return ended.Message;
        }
    }

    private void AddFault(PeersResult result, Fault fault)
    {
        result.Faults.Add(fault);
        tell($"round {fault.Round}, {fault.Contender}, {fault.Measure}: {fault.Sentence}");
    }
}
