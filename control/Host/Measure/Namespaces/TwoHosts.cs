using System.Diagnostics;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Host.Lab;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Host.Reports;
using IpsecDp.Modelling.Activity;
using IpsecDp.Workloads;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>Two hosts in network namespaces of this machine with a data plane process each: real packets leave A's sockets by the clock, are sealed at A, cross a link, are opened at B and reach B's sockets.</summary>
internal sealed class TwoHosts : IMeasuredLine
{
    private const int Parts = 10;

    // Only a flow whose end never comes through is waited for so long: on a busy machine a host may have had no processor for seconds.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MarkAgain = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    private readonly Stack<IDisposable> _made = new();
    private readonly ArrivalCycle _cycle;
    private readonly MeasuredPath _path;
    private readonly PlanePair _planes;
    private readonly OfferingSockets _load;
    private readonly ReceivingSockets _sink;
    private byte _trial;

    /// <summary>Makes hosts with so many engines and tunnels; throws <see cref="MeasureException"/> with nothing left, and <see cref="OperationCanceledException"/>.</summary>
    public TwoHosts(MeasureOptions options, int engines, int tunnels, ArrivalCycle cycle, CancellationToken cancellation)
    {
        _cycle = cycle;
        var asked = MeasuredPolicies.OptionsOf(options, engines);
        try
        {
            _path = Keep(new MeasuredPath(options));
            var folder = Keep(new SecretFolder(RunIdentity.FolderOf(LabIdentity.Names.Own)));
            var (policyOfA, policyOfB) = MeasuredPolicies.Write(_path, asked, tunnels, folder);
            var b = Keep(new PlaneProcess(_path.B, _path.A, policyOfB, asked));
            var a = Keep(new PlaneProcess(_path.A, _path.B, policyOfA, asked));
            a.AwaitReady(cancellation);
            b.AwaitReady(cancellation);
            _path.Deepen(cycle.FlowsInUse.Any(flow => ClassSocket.Of(cycle, flow.Class, _path.HeaderLength).Segment > 0));
            _planes = new PlanePair(a, b);
            _sink = Keep(new ReceivingSockets(cycle, _path));
            _load = Keep(new OfferingSockets(cycle, _path));
            Cut();
        }
        catch (Exception refusal) when (refusal is AdapterException or LabException or SocketException)
        {
            Dispose();
            throw new MeasureException(refusal.Message, refusal);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Host A's end and host B's, for whoever watches from outside.</summary>
    public (LabSite A, LabSite B) Sites => (_path.A, _path.B);

    /// <summary>Packets behind the last of a flow that arrived since the start.</summary>
    public long Markers => _sink.Markers;

    /// <summary>CPU seconds of both data planes by all readings.</summary>
    public double PlaneSeconds { get; private set; }

    /// <summary>Packets that A's plane worked on, by all readings.</summary>
    public long Sealed { get; private set; }

    /// <summary>Packets that B's plane worked on, by all readings.</summary>
    public long Opened { get; private set; }

    /// <summary>Refuses what this user and this system cannot have, and removes what dead runs left; throws <see cref="MeasureException"/>.</summary>
    public static void Prepare(MeasureOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new MeasureException($"--capture {options.CaptureName} needs Linux: take --capture memory");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new MeasureException($"--capture {options.CaptureName} needs root, because it makes network namespaces: start it with sudo, or take --capture memory");
        }

        if (options.Choice is { General: not null, IsUnpinned: false })
        {
            throw new MeasureException("--general binds threads to processors, and two hosts on one machine would be bound to the same ones: take --unpinned with it, or --capture memory");
        }

        try
        {
            LabIdentity.RemoveLeftovers();
        }
        catch (AdapterException refusal)
        {
            throw new MeasureException(refusal.Message, refusal);
        }
    }

    /// <inheritdoc/>
    public TrialFigures Offer(double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        try
        {
            return Carry(packetsPerSecond, duration, cancellation);
        }
        catch (Exception refusal) when (refusal is AdapterException or LabException or SocketException)
        {
            throw new MeasureException(refusal.Message, refusal);
        }
    }

    /// <summary>Ends the interval of both planes and begins the next; what lies between two calls is what both did meanwhile.</summary>
    public (PlaneReading A, PlaneReading B) Cut()
    {
        var reading = _planes.Cut();
        PlaneSeconds += reading.A.Record.Cpu.ProcessSeconds + reading.B.Record.Cpu.ProcessSeconds;
        Sealed += PacketsOf(reading.A);
        Opened += PacketsOf(reading.B);
        return reading;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_made.TryPop(out var made))
        {
            made.Dispose();
        }
    }

    private static long PacketsOf(PlaneReading reading) => reading.Record.Pool is var pool ? (pool.OnEngines + pool.Spilled + pool.Projected).Packets : 0;

    private T Keep<T>(T made)
        where T : IDisposable
    {
        _made.Push(made);
        return made;
    }

    private TrialFigures Carry(double packetsPerSecond, TimeSpan duration, CancellationToken cancellation)
    {
        // 0 is what the books hold before the first trial.
        _trial = (byte)((_trial % byte.MaxValue) + 1);
        _sink.Begin(_trial);
        var (before, kernelOfA, kernelOfB) = (Cut(), KernelDrops.Read(_path.A), KernelDrops.Read(_path.B));
        var span = new HostsSpan(MachineTime.Read());
        var trial = _load.Begin(packetsPerSecond, _trial);
        for (var part = 1; part <= Parts && !cancellation.IsCancellationRequested; part++)
        {
            var rest = (duration * part / Parts) - trial.Elapsed;
            cancellation.WaitHandle.WaitOne(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
            span.Add(Cut());
        }

        trial.End();
        span.End(MachineTime.Read());
        Settle(trial);
        var after = Cut();
        var books = _sink.Books;
        var classes = ArrivalFigures.Of(_cycle, trial.Seen, books);
        var delivered = books.Sum(static book => book.Delivered);
        return span.Figures() with
        {
            Intended = packetsPerSecond,
            Seconds = trial.Elapsed.TotalSeconds,
            Offered = trial.Seen,
            OfferedOctets = _cycle.OctetsOf(trial.Seen),
            Delivered = delivered,
            DeliveredOctets = books.Sum(static book => book.Octets),
            Reordered = classes.Sum(static c => c.Reordered),
            LostAt = LossBooks.Name(
                trial.Seen - delivered, (trial.Lost, _load.Refused), LossBooks.Between(before, after),
                (KernelDrops.Read(_path.A).Since(kernelOfA), KernelDrops.Read(_path.B).Since(kernelOfB))),
            Classes = classes,
        };
    }

    // A packet behind the last of each flow tells that all before it have arrived or never will. It may be lost itself and is sent again.
    private void Settle(OfferedTrial trial)
    {
        Await(() => trial.IsEmptied, () => trial.Taken);
        var open = _cycle.FlowsInUse.ToList();
        var markedAt = 0L;
        Await(
            () =>
            {
                if (Stopwatch.GetElapsedTime(markedAt) >= MarkAgain)
                {
                    open.ForEach(flow => _load.Mark(flow.Class, flow.Tunnel, _trial));
                    markedAt = Stopwatch.GetTimestamp();
                }

                open.RemoveAll(flow => _sink.IsMarked(flow.Class, flow.Tunnel, _trial));
                return open.Count == 0;
            },
            () => _sink.Delivered + _sink.Markers);
    }

    // Until it is so, or nothing has moved for long.
    private void Await(Func<bool> condition, Func<long> progress)
    {
        var (moved, movedAt) = (-1L, Stopwatch.GetTimestamp());
        while (!condition() && Stopwatch.GetElapsedTime(movedAt) < Settling)
        {
            _planes.RequireRunning();
            if ((_load.Failure ?? _sink.Failure) is { } failure)
            {
                throw new MeasureException($"a socket of the load failed: {failure.Message}", failure);
            }

            if (progress() is var now && now != moved)
            {
                (moved, movedAt) = (now, Stopwatch.GetTimestamp());
            }

            Thread.Sleep(Look);
        }
    }
}
