using System.Globalization;
using System.Text.RegularExpressions;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Effort;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Measures;

/// <summary>Round-trip time of an idle tunnel by ping, whose answers come from B's kernel.</summary>
internal sealed partial class EchoMeasure : IMeasure
{
    private const int ProbesPerSecond = 100;
    private const double MicrosecondsPerMillisecond = 1000;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "rtt";

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Metrics => [new("rtt.p50", "Round trip, idle, p50", "µs"), new("rtt.p99", "Round trip, idle, p99", "µs")];

    /// <inheritdoc/>
    public MeasureReading Take(MeasureScene scene)
    {
        // A tunnel that was busy a moment ago is not idle.
        scene.Cancellation.WaitHandle.WaitOne(Settling);
        var before = EffortMeter.Read(scene.Tunnel.Processes);
        var count = scene.Seconds * ProbesPerSecond;
        var output = Tool.TryRun(
            scene.Bed.A.Space, Patience + TimeSpan.FromSeconds(scene.Seconds), null,
            "ping", ["-n", "-i", "0.01", "-c", count.ToString(CultureInfo.InvariantCulture), $"{scene.Tunnel.AddressOfB}"], scene.Cancellation).Output;
        scene.Tunnel.RequireRunning();
        var times = Times().Matches(output).Select(match => double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture) * MicrosecondsPerMillisecond).Order().ToArray();
        if (times.Length < count / 2)
        {
            throw new PeersException($"of {count} echo requests only {times.Length} were answered");
        }

        return new MeasureReading(
            new Dictionary<string, double> { ["rtt.p50"] = Spread.Percentile(times, 0.5), ["rtt.p99"] = Spread.Percentile(times, 0.99) },
            before.Since(0));
    }

    [GeneratedRegex(@"time=(?<ms>[\d.]+) ms", RegexOptions.ExplicitCapture)]
    private static partial Regex Times();
}
