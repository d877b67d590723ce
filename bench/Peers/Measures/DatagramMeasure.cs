using System.Globalization;
using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Datagrams;
using IpsecDp.Peers.Effort;
using IpsecDp.Peers.Statistics;

namespace IpsecDp.Peers.Measures;

/// <summary>UDP goodput at less than half a percent of loss, for IP packets of one size.</summary>
internal sealed class DatagramMeasure(int packetLength, bool isSegmented) : IMeasure
{
    private const int HeadersLength = 28;
    private const int MostTrials = 16;
    private const int TrialsPerDuration = 6;
    private const double BitsPerOctet = 8;
    private const double Giga = 1e9;

    private static readonly TimeSpan ShortestTrial = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"udp{packetLength}{(isSegmented ? "gso" : "")}");

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Metrics => [new(Name, $"UDP, IP packets of {packetLength} octets, {(isSegmented ? "GSO sender" : "one a send call")}, loss < 0.5 %", "Gbit/s")];

    /// <inheritdoc/>
    public MeasureReading Take(MeasureScene scene)
    {
        var payload = packetLength - HeadersLength;
        var duration = TimeSpan.FromSeconds((double)scene.Seconds / TrialsPerDuration);
        using var path = new DatagramPath(scene.Bed, scene.Tunnel, payload, isSegmented);
        var costs = new Dictionary<RateTrial, EffortSpent>();
        var best = RateSearch.Run(
            rate =>
            {
                scene.Cancellation.ThrowIfCancellationRequested();
                scene.Tunnel.RequireRunning();
                var before = EffortMeter.Read(scene.Tunnel.Processes);
                var trial = path.Try(rate, duration > ShortestTrial ? duration : ShortestTrial);
                costs[trial] = before.Since((double)trial.Delivered * payload);
                return trial;
            },
            scene.Rates.TryGetValue(Name, out var last) ? last : null,
            MostTrials);
        if (best is not { } found)
        {
            throw new PeersException(string.Create(CultureInfo.InvariantCulture, $"no rate of {MostTrials} tried kept the loss below 0.5 %; the least was {costs.Keys.Min(trial => trial.Loss):P1}"));
        }

        scene.Rates[Name] = found.SentRate;
        return new MeasureReading(new Dictionary<string, double> { [Name] = found.DeliveredRate * payload * BitsPerOctet / Giga }, costs[found]);
    }
}
