using System.Diagnostics;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Host.Lab;
using IpsecDp.Ipsec;
using IpsecDp.Modelling.Activity;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>A data plane under a load that comes by the clock. Its cipher side leads back to itself over a link that drops when full, so that one pool of engines seals and opens everything: two hosts would have a pool each, and a machine of n general and m specialty processors could not be asked about.</summary>
internal sealed class MeasuredHost : IMeasuredLine
{
    /// <summary>Octets of the largest packet on the link.</summary>
    public const int LinkMtu = 1500;

    private const int Parts = 10;

    // Enough for the threads at work to read their clocks, and the span in which they do.
    private static readonly TimeSpan Closing = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan CloseSpan = TimeSpan.FromMilliseconds(0.1);

    // Long after the last packet moved, what has not arrived never will.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private readonly ArrivalCycle _cycle;
    private readonly CpuLedger _ledger = new();
    private readonly HostLink _link;
    private readonly OfferedPort _port;
    private readonly EnginePool _pool;
    private readonly DataPlane _plane;
    private readonly int _parts;
    private byte _trial;

    /// <summary>Starts a host with so many engines and tunnels; <paramref name="placement"/> replaces where the options put its threads, <paramref name="rule"/> when they have general threads help, and <paramref name="packets"/> is a stock it shares with hosts that rest meanwhile.</summary>
    public MeasuredHost(MeasureOptions options, int engines, int tunnels, ArrivalCycle cycle, HostLink link, ThreadPlacement? placement = null, NeedHelpRule? rule = null, BufferPool? packets = null)
    {
        // Each look at the accounts takes a processor for a millisecond from those it looks at, and of several trials the parts say nothing.
        (_cycle, _link, _parts) = (cycle, link, options.Repeat > 1 ? 1 : Parts);
        packets ??= Stock(cycle);
        _port = new OfferedPort(cycle, packets, LinkMtu);
        var pinning = IThreadPinning.OfThisSystem;
        placement ??= options.TopologyOf(engines).Place(pinning.Allowed());
        var pool = options.Choice.ToModel(engines, placement, pinning);
        _pool = new EnginePool(pool with { Rule = rule ?? pool.Rule }, _ledger);
        _plane = new DataPlane(new DataPlaneOptions
        {
            Name = "measured",
            ClearPorts = [_port],
            CipherPorts = link.Ports,
            Pool = _pool,
            Crypto = LabHost.Crypto,
            Ledger = _ledger,
            Packets = packets,
            Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
            Events = LabEvents.Silent,
            Pinning = pinning,
            Placement = placement,
            SharesThreads = link.IsLoop,
        });
        LoopKeys.Install(options, tunnels, LoopTraffic.Of(cycle.FlowsInUse.Select(static flow => flow.Class)), _plane);
        _plane.Start();
    }

    /// <summary>A stock for what waits in each ring and on each of the link's queues, at the engines, and what is under way.</summary>
    public static BufferPool Stock(ArrivalCycle cycle) => new(BufferPool.PacketCapacity, 2 * (cycle.Shares.Count + 1) * OfferedPort.RingLength);

    /// <inheritdoc/>
    public TrialFigures Offer(double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        var dropsBefore = Drops();
        var span = Carry(packetsPerSecond, duration, cancellation);
        var (cpu, pool) = (span.Cpu, span.Pool);
        return Figures(span.Trial, packetsPerSecond, dropsBefore) with
        {
            Cpu = AccountSeconds.Of(cpu),
            Parts = [.. span.Marks.Zip(span.Marks.Skip(1), static (earlier, later) => AccountSeconds.Of(later.Since(earlier)))],
            OnEngines = WorkFigures.Of(pool.OnEngines),
            Spills = SpillCauses.All.ToDictionary(SpillWords.Of, cause => WorkFigures.Of(pool.SpilledBy(cause))),
            Projected = WorkFigures.Of(pool.Projected),
            BatchSizes = Counts(pool.BatchSizes),
            QueueDepths = Counts(pool.QueueDepths),
            QueueMicroseconds = Counts(pool.QueueMicroseconds),
            DeepestQueue = pool.Engines.Select(static engine => (long)engine.DepthHighWater).DefaultIfEmpty(0).Max(),
            WakeUps = pool.Engines.Sum(static engine => engine.WakeUps),
            HelpCalls = pool.HelpCalls,
            Noise = new NoiseFigures
            {
                StealShare = cpu.Disturbance.StealShare(cpu.Wall),
                OthersShare = span.OthersShare,
                InvoluntarySwitches = cpu.Disturbance.InvoluntarySwitches,
                Collections = cpu.Disturbance.Gen0Collections,
                Megahertz = cpu.Disturbance.Megahertz,
            },
        };
    }

    /// <summary>The same for whoever projects from it, so many packets at once, behind a lead-in that does not count: what the first packets find cold is no part of it.</summary>
    public LineTrial Try(double packetsPerSecond, TimeSpan leadIn, TimeSpan duration, int burst, CancellationToken cancellation)
    {
        using var meter = _ledger.Register("measure", CpuAccount.Workload);
        var (dropsBefore, sentBefore) = (Drops(), _link.Sent);
        var trial = _port.Begin(packetsPerSecond, ++_trial, burst);

        // This thread looks at nothing in between: it would take a processor from those it looks at.
        cancellation.WaitHandle.WaitOne(leadIn);
        var from = Mark(trial, cancellation);
        cancellation.WaitHandle.WaitOne(duration);
        var to = Mark(trial, cancellation);
        trial.End();
        Settle(trial, dropsBefore, sentBefore);
        var (pool, cpu) = (to.Pool.Since(from.Pool), to.Cpu.Since(from.Cpu));
        return new LineTrial
        {
            Offered = to.Seen - from.Seen,
            Delivered = to.Sent - from.Sent,
            Lost = to.Lost - from.Lost,
            Cpu = cpu,
            OnEngines = pool.OnEngines,
            OnGeneral = pool.Spilled + pool.Projected,
            WakeUps = pool.Engines.Sum(static engine => engine.WakeUps),
            ReceiveSeconds = to.ReceiveSeconds - from.ReceiveSeconds,

            // Of the general account only delivering is for a class.
            DeliverSeconds = ServiceClasses.All.Sum(serviceClass => cpu[CpuAccount.General, serviceClass]),
            Batches = _port.Batches,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plane.Dispose();
        _pool.Dispose();
        _link.Dispose();
        _port.Dispose();
    }

    // In one order at both ends, so that what reading takes is in no difference. What no thread has settled yet would be booked to where it stands.
    private HostMark Mark(OfferedTrial trial, CancellationToken cancellation)
    {
        var usual = _ledger.Span;
        _ledger.Span = CloseSpan;
        cancellation.WaitHandle.WaitOne(Closing);
        var mark = new HostMark(_pool.Snapshot(), _link.Sent, trial.Seen, trial.Lost, _port.ReceiveSeconds, _ledger.Glance());
        _ledger.Span = usual;
        return mark;
    }

    private HostSpan Carry(double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        using var meter = _ledger.Register("measure", CpuAccount.Workload);
        var (dropsBefore, poolBefore, sentBefore, machineBefore) = (Drops(), _pool.Snapshot(), _link.Sent, MachineTime.Read());
        List<CpuSnapshot> marks = [_ledger.Snapshot()];
        var trial = _port.Begin(packetsPerSecond, ++_trial);
        for (var part = 1; part <= _parts && !cancellation.IsCancellationRequested; part++)
        {
            var rest = (duration * part / _parts) - trial.Elapsed;
            cancellation.WaitHandle.WaitOne(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
            marks.Add(_ledger.Snapshot());
        }

        var sent = _link.Sent - sentBefore;
        trial.End();
        var (pool, machine) = (_pool.Snapshot().Since(poolBefore), MachineTime.Read());
        Settle(trial, dropsBefore, sentBefore);
        return new HostSpan(trial, marks, pool, machine.OthersSince(machineBefore, marks[^1].Since(marks[0]).ProcessSeconds), sent);
    }

    // All that arrived has been taken, and has reached the far side or a counter of loss.
    private void Settle(OfferedTrial trial, IReadOnlyDictionary<string, long> dropsBefore, long sentBefore)
    {
        var (moved, movedAt) = (-1L, Stopwatch.GetTimestamp());
        while (true)
        {
            if ((_plane.Failure ?? _pool.FirstFault) is { } failure)
            {
                throw new MeasureException($"a thread of the data plane failed: {failure.Message}", failure);
            }

            var done = (_link.IsLoop ? _port.Delivered : _link.Sent - sentBefore) + LostSince(dropsBefore).Values.Sum();
            if (trial.IsEmptied && done >= trial.Taken)
            {
                return;
            }

            // A thread that has had no processor yet has settled nothing.
            if (done + trial.Taken != moved || !trial.IsEmptied)
            {
                (moved, movedAt) = (done + trial.Taken, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(movedAt) > Settling)
            {
                return;
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(1));
        }
    }

    private TrialFigures Figures(OfferedTrial trial, double intended, IReadOnlyDictionary<string, long> dropsBefore)
    {
        var books = _port.Books;
        var classes = ArrivalFigures.Of(_cycle, trial.Seen, books);
        var lost = LostSince(dropsBefore);
        foreach (var (precedence, packets) in _port.LostAtRings)
        {
            lost[At("at the full ring of the port", precedence)] = packets;
        }

        return new TrialFigures
        {
            Intended = intended,
            Seconds = trial.Elapsed.TotalSeconds,
            Offered = trial.Seen,
            OfferedOctets = _cycle.OctetsOf(trial.Seen),
            Delivered = books.Sum(static book => book.Delivered),
            DeliveredOctets = books.Sum(static book => book.Octets),
            Reordered = classes.Sum(static c => c.Reordered),
            LostAt = lost.Where(static entry => entry.Value > 0).ToDictionary(),
            Classes = classes,
        };
    }

    private Dictionary<string, long> LostSince(IReadOnlyDictionary<string, long> before) =>
        Drops().ToDictionary(static drop => drop.Key, drop => drop.Value - before.GetValueOrDefault(drop.Key));

    private Dictionary<string, long> Drops()
    {
        var drops = _plane.Snapshot().Drops.ToDictionary(static drop => drop.Key.ToString(), static drop => drop.Value);
        foreach (var (precedence, packets) in _link.Refused)
        {
            drops[At("at the full link", precedence)] = packets;
        }

        return drops;
    }

    private static string At(string place, int precedence) => precedence == 0 ? place : $"{place}, precedence {precedence}";

    private static long[] Counts(CountHistogram histogram) => [.. Enumerable.Range(0, CountHistogram.Buckets).Select(bucket => histogram[bucket])];
}
