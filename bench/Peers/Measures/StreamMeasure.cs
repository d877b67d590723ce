using System.Globalization;
using IpsecDp.Peers.Effort;

namespace IpsecDp.Peers.Measures;

/// <summary>TCP throughput at the receiver.</summary>
internal sealed class StreamMeasure(int streams) : IMeasure
{
    private const double BitsPerOctet = 8;
    private const double Giga = 1e9;

    /// <inheritdoc/>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"tcp{streams}");

    /// <inheritdoc/>
    public IReadOnlyList<Metric> Metrics => [new(Name, $"TCP, {streams} stream{(streams > 1 ? "s" : "")}", "Gbit/s")];

    /// <inheritdoc/>
    public MeasureReading Take(MeasureScene scene)
    {
        var before = EffortMeter.Read(scene.Tunnel.Processes);
        var (octets, seconds) = BulkStream.Run(scene.Bed, scene.Tunnel, streams, scene.Seconds, scene.Cancellation);
        return new MeasureReading(new Dictionary<string, double> { [Name] = octets * BitsPerOctet / seconds / Giga }, before.Since(octets));
    }
}
