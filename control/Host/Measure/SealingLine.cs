using IpsecDp.Engines.Pinning;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Projection;
using IpsecDp.Modelling.Simulation;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>The line a projection is calibrated on: the load's packets arrive by the clock and are sealed and let go. A host for each setup stays built, asleep while others are measured.</summary>
internal sealed class SealingLine : ILineUnderTest, IDisposable
{
    /// <summary>How long a trial takes, in units of what counts of it.</summary>
    public const double LeadIn = 2;

    // The same of a slice, behind which all are warm.
    private const double LeadInOfSlice = 1.5;

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

    /// <summary>The stocks, one for each of lines side by side; a trial gives all it took back.</summary>
    internal IReadOnlyList<BufferPool> Stocks => _stocks;

    /// <inheritdoc/>
    public string Path => $"seal, {_options.Load}";

    /// <inheritdoc/>
    public int Octets => (int)Math.Round(_cycle.MeanLength);

    /// <inheritdoc/>
    public IReadOnlyList<OfferedStream> Streams => LoopStreams.Of(_cycle, Path, _options.Tunnels);

    /// <inheritdoc/>
    public int RingLength => OfferedPort.RingLength;

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public int RoutineBatchSize => PacketBatch.MostRoutine;

    /// <inheritdoc/>
    public LineTrial Run(LineSetup setup, double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        var hosts = HostsOf(setup);
        return Observed(LeadIn * duration, () =>
        {
            var trials = hosts.Select(host => Task.Factory.StartNew(() => host.Try(packetsPerSecond, (LeadIn - 1) * duration, duration, setup.Burst, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            return [Task.WhenAll(trials).GetAwaiter().GetResult()[0]];
        }, cancellation)[0];
    }

    /// <inheritdoc/>
    public IReadOnlyList<LineTrial> RunInTurns(IReadOnlyList<LineSetup> setups, int turns, double packetsPerSecond, TimeSpan slice, CancellationToken cancellation)
    {
        MeasuredHost[] hosts = [.. setups.Select(setup => HostsOf(setup)[0])];
        return Observed(turns * setups.Count * LeadInOfSlice * slice, () =>
        {
            var slices = hosts.Select(static _ => new List<LineTrial>()).ToArray();
            foreach (var host in TurnOrder.Of(hosts.Length, turns))
            {
                slices[host].Add(hosts[host].Try(packetsPerSecond, (LeadInOfSlice - 1) * slice, slice, setups[host].Burst, cancellation));
            }

            return [.. slices.Zip(setups, static (taken, setup) => LineTrial.Together(taken, setup.Engines))];
        }, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in _hosts.Values.SelectMany(static hosts => hosts))
        {
            host.Dispose();
        }
    }

    private MeasuredHost[] HostsOf(LineSetup setup)
    {
        var built = setup with { Burst = 1 };
        if (!_hosts.TryGetValue(built, out var hosts))
        {
            hosts = [.. Enumerable.Range(0, setup.Lines).Select(line => Make(setup, line))];
            _hosts.Add(built, hosts);
        }

        return hosts;
    }

    // Around all of them: to read what threads had takes a processor, and lines beside each other do not end together. One trial follows the other, so that
    // what is seen behind the one is what is before the next.
    private LineTrial[] Observed(TimeSpan loaded, Func<LineTrial[]> run, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (turnsBefore, stolenBefore, shortBefore) = (_turns ?? ProcessorTurns.Read(), MachineTime.Read().Stolen, _shortfall ?? _yardstick.Shortfall());
        var trials = run();
        cancellation.ThrowIfCancellationRequested();
        _turns = ProcessorTurns.Read();
        _shortfall = _yardstick.Shortfall();
        var taken = turnsBefore is null ? null : _turns?.TakenSince(turnsBefore);
        var stolen = MachineTime.Read().Stolen - stolenBefore;
        return [.. trials.Select(trial => trial with
        {
            TakenShare = ((taken ?? 0) + (stolen ?? 0)) / loaded.TotalSeconds,
            Shortfall = Math.Max(shortBefore, _shortfall.Value),
        })];
    }

    private MeasuredHost Make(LineSetup setup, int line)
    {
        var asked = _options with { Engines = setup.Engines, Choice = _options.Choice with { Delivery = setup.Delivery } };

        // Of one kind, so that nothing differs but the size.
        var cycle = setup.Octets is { } octets ? OfferedCycle.At(_options with { Load = "bulk", Sweep = SweepKind.Size }, octets) : _cycle;
        return new MeasuredHost(asked, setup.Engines, _options.Tunnels, cycle, HostLink.Sink(), PlacementOf(setup, line), setup.Rule, _stocks[line]);
    }

    // Lines side by side share nothing but the machine; one of them may have engines on processors of their own.
    private ThreadPlacement PlacementOf(LineSetup setup, int line) => _options.Choice.IsUnpinned || _processors.Count < setup.Lines + setup.Engines
        ? ThreadPlacement.Free
        : new ThreadPlacement(_processors[line], _processors[line], [.. _processors.Skip(setup.Lines).Take(setup.Engines)]) { General = [_processors[line]] };
}
