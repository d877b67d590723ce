using IpsecDp.Engines.Pinning;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>The line a projection is calibrated on: the load's packets arrive by the clock and are sealed and let go. A host for each setup stays built, asleep while others are measured.</summary>
internal sealed class SealingLine(MeasureOptions options) : ILineUnderTest, IDisposable
{
    private readonly Dictionary<LineSetup, MeasuredHost[]> _hosts = [];
    private readonly IReadOnlyList<int> _processors = IThreadPinning.OfThisSystem.Allowed();
    // The processors that any setup binds threads to.
    private readonly Yardstick _yardstick = new([.. IThreadPinning.OfThisSystem.Allowed().Take(Math.Max(2, 1 + options.Engines))], IThreadPinning.OfThisSystem);
    private readonly ArrivalCycle _cycle = OfferedCycle.At(options with { Sweep = Modelling.Activity.SweepKind.Rate }, 0);

    /// <inheritdoc/>
    public string Path => $"seal, {options.Load}";

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

        // Around all of them: to read what threads had takes a processor, and lines beside each other do not end together.
        var (turnsBefore, stolenBefore, shortBefore) = (ProcessorTurns.Read(), MachineTime.Read().Stolen, _yardstick.Shortfall());
        var trials = hosts.Select(host => Task.Factory.StartNew(() => host.Try(packetsPerSecond, duration, setup.Burst, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var results = Task.WhenAll(trials).GetAwaiter().GetResult();
        cancellation.ThrowIfCancellationRequested();
        var taken = turnsBefore is null ? null : ProcessorTurns.Read()?.TakenSince(turnsBefore);
        var stolen = MachineTime.Read().Stolen - stolenBefore;
        return results[0] with
        {
            TakenShare = ((taken ?? 0) + (stolen ?? 0)) / (MeasuredHost.LeadIn * duration.TotalSeconds),
            Shortfall = Math.Max(shortBefore, _yardstick.Shortfall()),
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
        var rule = setup.Rule;
        var asked = options with
        {
            Engines = setup.Engines,
            Choice = options.Choice with { HonorPriority = rule.HonorPriority, KeptToEngines = rule.KeptToEngines, AlternateWait = rule.AlternateWait, SmallestJob = rule.SmallestJob, Delivery = setup.Delivery },
        };
        return new MeasuredHost(asked, setup.Engines, options.Tunnels, _cycle, HostLink.Sink(), PlacementOf(setup, line));
    }

    // Lines side by side share nothing but the machine; one of them may have engines on processors of their own.
    private ThreadPlacement PlacementOf(LineSetup setup, int line) => options.Choice.IsUnpinned || _processors.Count < setup.Lines + setup.Engines
        ? ThreadPlacement.Free
        : new ThreadPlacement(_processors[line], _processors[line], [.. _processors.Skip(setup.Lines).Take(setup.Engines)]) { General = [_processors[line]] };
}
