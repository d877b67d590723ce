using System.Diagnostics;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>All applications of a lab in namespaces: echo, UDP and TCP, both ways and over each family the hosts have.</summary>
internal sealed class NamespaceTraffic : IDisposable
{
    private const int FirstStreamPort = 16000;

    // What is under way when the sending ends needs milliseconds, and seconds where others want the processors; silence this long means that it is lost.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly List<ILabFlow> _flows = [];

    /// <summary>Opens every socket before the first sends.</summary>
    public NamespaceTraffic(LabSite a, LabSite b)
    {
        try
        {
            _flows.Add(new DatagramFlows(a, b));
            var port = FirstStreamPort;
            foreach (var family in a.Families)
            {
                foreach (var (from, to) in new[] { (a, b), (b, a) })
                {
                    _flows.Add(new EchoFlow(from, to, family));
                    _flows.Add(new StreamFlow(from, to, family, port++));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What ended one of the applications, or null.</summary>
    public Exception? Failure => _flows.Select(flow => flow.Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>Whether every flow has sent something.</summary>
    public bool HasBegun => Tallies.All(tally => tally.Offered > 0);

    /// <summary>Items that arrived.</summary>
    public long Delivered => Tallies.Sum(tally => tally.Delivered);

    /// <summary>Their octets.</summary>
    public long DeliveredOctets => Tallies.Sum(tally => tally.DeliveredOctets);

    private IEnumerable<FlowTally> Tallies => _flows.SelectMany(flow => flow.Tallies);

    /// <summary>Begins.</summary>
    public void Start() => _flows.ForEach(flow => flow.Start());

    /// <summary>Ends the sending and waits until all has come or nothing comes any more; <paramref name="check"/> may throw meanwhile.</summary>
    public void Settle(Action check)
    {
        _flows.ForEach(flow => flow.Drain());
        var started = Stopwatch.GetTimestamp();
        while (Tallies.Any(tally => !tally.IsComplete && (tally.Silence < LongestSilence || Stopwatch.GetElapsedTime(started) < LongestSilence)))
        {
            check();
            Thread.Sleep(Look);
        }
    }

    /// <summary>What came of it, by class.</summary>
    public TrafficReport Report()
    {
        var latency = new LatencyHistogram();
        var classes = Tallies.GroupBy(tally => tally.Class).OrderBy(flows => flows.Key).Select(flows => FlowTally.Sum(flows.Key, [.. flows], latency)).ToArray();
        return new TrafficReport(classes, latency.Summarise(), 0, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _flows.ForEach(flow => flow.Dispose());
}
