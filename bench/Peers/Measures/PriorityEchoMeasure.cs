using IpsecDp.Peers.Datagrams;
using IpsecDp.Peers.Effort;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Measures;

/// <summary>Round-trip time of Enterprise Extender's high priority while one TCP stream takes all the tunnel gives.</summary>
internal sealed class PriorityEchoMeasure : IMeasure
{
    // The stream begins before the probes and ends after them.
    private const int Margin = 1;
    private const double BitsPerOctet = 8;
    private const double Giga = 1e9;

    /// <inheritdoc/>
    public string Name => "eertt";

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Metrics =>
    [
        new("eertt.p99", "Round trip, EE high priority under bulk, p99", "µs"),
        new("eertt.p50", "Round trip, EE high priority under bulk, p50", "µs"),
        new("eertt.bulk", "The bulk meanwhile", "Gbit/s"),
    ];

    /// <inheritdoc/>
    public MeasureReading Take(MeasureScene scene)
    {
        var before = EffortMeter.Read(scene.Tunnel.Processes);
        using var echo = new PriorityEcho(scene.Bed, scene.Tunnel);
        var bulk = Task.Run(() => BulkStream.Run(scene.Bed, scene.Tunnel, streams: 1, scene.Seconds + (2 * Margin), scene.Cancellation));
        var times = ProbeDuring(bulk, echo, scene);
        var (octets, seconds) = bulk.GetAwaiter().GetResult();
        return new MeasureReading(
            new Dictionary<string, double>
            {
                ["eertt.p99"] = Spread.Percentile(times, 0.99),
                ["eertt.p50"] = Spread.Percentile(times, 0.5),
                ["eertt.bulk"] = octets * BitsPerOctet / seconds / Giga,
            },
            before.Since(octets));
    }

    private static double[] ProbeDuring(Task bulk, PriorityEcho echo, MeasureScene scene)
    {
        try
        {
            // One that ends at once has failed, and tells why when its result is asked for.
            return Task.WaitAny([bulk], TimeSpan.FromSeconds(Margin)) == 0 ? [0] : [.. echo.Probe(TimeSpan.FromSeconds(scene.Seconds), scene.Cancellation).Order()];
        }
        finally
        {
            Task.WaitAny(bulk);
        }
    }
}
