using System.Diagnostics;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Overload;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>The general threads, one for each port or for all ports of a processor: each receives a batch, admits it, and does nothing else.</summary>
internal sealed class LineThreads(DataPlaneOptions options, OutboundPath[] outbound, InboundPath[] inbound) : IDisposable
{
    // Helping goes on with the next batch: a thread that helped until nothing waits would let its own port wait for others' floods.
    private const int MostHelpABatch = 64;

    private readonly List<Thread> _threads = [];
    private readonly Gathering _gathering = new(options.Placement.Gathers, Random.Shared);
    private StandIn? _standIn;
    private Exception? _failure;

    /// <summary>The first exception that ended a thread.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public void Start()
    {
        LinePort[] ports = [.. options.ClearPorts.Select(Outbound), .. options.CipherPorts.Select(Inbound)];
        _standIn = StandInAmong(ports);
        foreach (var group in options.SharesThreads ? Shared(ports) : ports.Select(static port => new[] { port }))
        {
            Launch(group);
        }
    }

    public void Dispose()
    {
        foreach (var port in options.ClearPorts)
        {
            port.Interrupt();
        }

        foreach (var port in options.CipherPorts)
        {
            port.Interrupt();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _standIn?.Dispose();
    }

    private LinePort Outbound(IClearPort port, int queue) =>
        new($"{options.Name} out {queue}", options.Placement.ProcessorOf(isOutbound: true, queue), port.BatchSize, port.Receive, () => port.HasWaiting, outbound[queue].Admit, port as IPolledPort, MarkedAt(port), Arrival: null, port.Entrusted);

    private LinePort Inbound(ICipherPort port, int queue) =>
        new($"{options.Name} in {queue}", options.Placement.ProcessorOf(isOutbound: false, queue), port.BatchSize, port.Receive, () => port.HasWaiting, inbound[queue].Admit, port as IPolledPort, MarkedAt(port), () => port.LatestArrival);

    // Of two general threads that may sit together one can do for both.
    private StandIn? StandInAmong(LinePort[] ports) =>
        options is { Placement.Gathers.Count: > 0, SharesThreads: false, ClearPorts: [{ Entrusted: not null }], CipherPorts: [{ JointWait: { } wait }] } ? new StandIn(ports[0], wait) : null;

    private static IMarkedPort? MarkedAt(object port) => port is IMarkedPort { KeepsMarkedApart: true } marked ? marked : null;

    // A port that can only be waited for, or that is bound to no processor, has a thread of its own.
    private static IEnumerable<LinePort[]> Shared(LinePort[] ports)
    {
        static bool CanShare(LinePort port) => port is { Processor: not null, Polled: not null };
        return [.. ports.Where(CanShare).GroupBy(static port => port.Processor).Select(static group => group.ToArray()), .. ports.Where(static port => !CanShare(port)).Select(static port => new[] { port })];
    }

    private void Launch(LinePort[] ports)
    {
        var name = ports.Length == 1 ? ports[0].Name : $"{options.Name} general {ports[0].Processor}";
        var thread = new Thread(() => Run(name, ports)) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Run(string name, LinePort[] ports)
    {
        var seat = new GeneralSeat(_gathering, options.Pinning, ports[0].Processor);
        using var meter = options.Ledger.Register(name, CpuAccount.General);
        using var batch = new PacketBatch(ports.Max(static port => port.BatchSize));
        using var marked = new MarkedPackets(ports);
        if (ports.Any(static port => port.KnowsMarked))
        {
            marked.Bind();
        }

        // Made before the first packet; later the line allocates nothing.
        _ = FlowCache.OfThisThread;
        if (options.Placement.Gathers.Count > 0)
        {
            seat.Rehearse();
        }

        try
        {
            if (ports.Length > 1)
            {
                Serve(new PolledPorts(ports), batch);
            }
            else if (_standIn is { } standIn && standIn.Left != ports[0])
            {
                ServeBoth(ports[0], standIn, batch, seat);
            }
            else
            {
                Serve(ports[0], batch, seat);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The thread's port is gone; the host reads the failure and ends in order instead of the process dying here.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private void Serve(LinePort port, PacketBatch batch, GeneralSeat seat)
    {
        // For the first packet already: it bears what the compiler has to do anyway, and no later one what it has to do for this.
        _standIn?.Rest();
        while (port.Receive(batch))
        {
            Take(port, batch, seat);
            if (seat.IsGathered)
            {
                _standIn?.Rest();
            }
        }
    }

    private void ServeBoth(LinePort port, StandIn standIn, PacketBatch batch, GeneralSeat seat)
    {
        try
        {
            using var rehearsal = new Rehearsal(options.Crypto);
            // Once before the first packet, which then need not wait for all of the compiler.
            rehearsal.Run();
            standIn.Meanwhile = () => rehearsal.Run();
            while (port.Receive(batch))
            {
                if (batch.Count > 0)
                {
                    Take(port, batch, seat);
                }
                else if (standIn.IsOnDuty)
                {
                    ServeLeft(standIn, batch, seat);
                }
                else
                {
                    // The port is joined and not yet left, and who leaves it may be on this thread's processor.
                    Thread.Yield();
                }

                if (standIn.IsOnDuty && !seat.IsGathered)
                {
                    standIn.GiveBack();
                }
            }
        }
        finally
        {
            standIn.Meanwhile = null;
            standIn.End();
        }
    }

    private void ServeLeft(StandIn standIn, PacketBatch batch, GeneralSeat seat)
    {
        do
        {
            if (!standIn.TryReceive(batch))
            {
                standIn.GiveBack();
                return;
            }

            Take(standIn.Left, batch, seat);
        }
        while (standIn.HoldsMore);
    }

    private void Take(LinePort port, PacketBatch batch, GeneralSeat seat)
    {
        if (options.Placement.Gathers.Count > 0)
        {
            Sit(port, batch, seat);
        }

        Backlog.OfThisThread = port.HasMoreBehind(batch);
        port.Admit(batch);

        // After each job: what came meanwhile may be more important than what waits at engines.
        for (var help = 0; help < MostHelpABatch && (help == 0 || !port.Calls) && options.Pool.Help(); help++)
        {
        }
    }

    private static void Sit(LinePort port, PacketBatch batch, GeneralSeat seat)
    {
        var octets = 0L;
        foreach (var packet in batch.Slots[..batch.Count])
        {
            octets += packet!.Length;
        }

        var now = Environment.TickCount64;
        if (port.Arrival?.Invoke() is { } arrival)
        {
            seat.Take(octets, arrival.Processor, Stopwatch.GetElapsedTime(arrival.At), now);
        }
        else
        {
            seat.Take(octets, now);
        }
    }

    private void Serve(PolledPorts ports, PacketBatch batch)
    {
        while (ports.Receive(batch) is { } port)
        {
            Backlog.OfThisThread = port.HasMoreBehind(batch);
            port.Admit(batch);
            for (var help = 0; help < MostHelpABatch && !ports.AnyCalls && options.Pool.Help(); help++)
            {
            }
        }
    }
}
