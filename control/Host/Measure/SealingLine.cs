using IpsecDp.Engines.Pinning;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>The line a projection is calibrated on: the load's packets arrive by the clock and are sealed and let go. A host for each setup stays built, asleep while others are measured.</summary>
internal sealed class SealingLine : ILineUnderTest, IDisposable
{
    // Of a setup.
    private const int MostLines = 2;

    private readonly MeasureOptions _options;
    private readonly Dictionary<LineSetup, MeasuredHost[]> _hosts = [];
    private readonly IReadOnlyList<int> _processors = IThreadPinning.OfThisSystem.Allowed();
    private readonly Yardstick _yardstick;
    private readonly ArrivalCycle _cycle;

    // One memory for all setups, so that none lies better than another and none finds it cold: what nobody touches for half a second comes back page by page.
    private readonly BufferPool[] _stocks;
    private ProcessorTurns? _turns;
    private double? _shortfall;

    /// <summary>A line for what the options ask; no host stands yet.</summary>
    public SealingLine(MeasureOptions options)
    {
        _options = options;
        _cycle = OfferedCycle.At(options with { Sweep = SweepKind.Rate }, 0);
        _stocks = [.. Enumerable.Range(0, MostLines).Select(_ => MeasuredHost.Stock(_cycle))];

        // The processors that any setup binds threads to.
        _yardstick = new Yardstick([.. _processors.Take(Math.Max(MostLines, 1 + options.Engines))], IThreadPinning.OfThisSystem);
    }

    /// <inheritdoc/>
    public string Path => $"seal, {_options.Load}";

    /// <inheritdoc/>
    public int Octets => (int)Math.Round(_cycle.MeanLength);

    /// <inheritdoc/>
    public int RingLength => OfferedPort.RingLength;

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public LineTrial Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var built = setup with { Burst = 1 };
        if (!_hosts.TryGetValue(built, out var hosts))
        {
            hosts = [.. Enumerable.Range(0, setup.Lines).Select(line => Make(setup, line))];
            _hosts.Add(built, hosts);
        }

        // Around all of them: to read what threads had takes a processor, and lines beside each other do not end together. One trial follows the other, so that
        // what is seen behind the one is what is before the next.
        var (turnsBefore, stolenBefore, shortBefore) = (_turns ?? ProcessorTurns.Read(), MachineTime.Read().Stolen, _shortfall ?? _yardstick.Shortfall());
        var trials = hosts.Select(host => Task.Factory.StartNew(() => host.Try(packetsPerSecond, duration, setup.Burst, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var results = Task.WhenAll(trials).GetAwaiter().GetResult();
        cancellation.ThrowIfCancellationRequested();
        _turns = ProcessorTurns.Read();
        _shortfall = _yardstick.Shortfall();
        var taken = turnsBefore is null ? null : _turns?.TakenSince(turnsBefore);
        var stolen = MachineTime.Read().Stolen - stolenBefore;
        return results[0] with
        {
            TakenShare = ((taken ?? 0) + (stolen ?? 0)) / (MeasuredHost.LeadIn * duration.TotalSeconds),
            Shortfall = Math.Max(shortBefore, _shortfall.Value),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in _hosts.Values.SelectMany(static hosts => hosts))
        {
            host.Dispose();
        }
    }

    private MeasuredHost Make(LineSetup setup, int line)
    {
        var asked = _options with { Engines = setup.Engines, Choice = _options.Choice with { Delivery = setup.Delivery } };
        return new MeasuredHost(asked, setup.Engines, _options.Tunnels, _cycle, HostLink.Sink(), PlacementOf(setup, line), setup.Rule, _stocks[line]);
    }

    // Lines side by side share nothing but the machine; one of them may have engines on processors of their own.
    private ThreadPlacement PlacementOf(LineSetup setup, int line) => _options.Choice.IsUnpinned || _processors.Count < setup.Lines + setup.Engines
        ? ThreadPlacement.Free
        : new ThreadPlacement(_processors[line], _processors[line], [.. _processors.Skip(setup.Lines).Take(setup.Engines)]) { General = [_processors[line]] };
}
