using System.Diagnostics;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>A clear port on which packets arrive by the clock, whether anybody takes them or not, and which books what the data plane injects. No thread makes them: rings, one for each IP precedence, are filled as time passes, and what finds its ring full is lost. As from a device a batch is read into buffers of the stock that were given back last. Its own work is booked as <see cref="CpuAccount.Workload"/>.</summary>
internal sealed class OfferedPort : IClearPort, IPolledPort
{
    /// <summary>Packets a ring holds.</summary>
    public const int RingLength = OfferedRing.Length;

    private const int PausesPerLook = 20;
    private const int BatchesKept = 4096;

    private readonly ArrivalCycle _cycle;
    private readonly BufferPool _stock;
    private readonly OfferedRing[] _rings;
    private readonly ArrivalOrder _order;
    private readonly ThreadLocal<ArrivalBooks> _books;
    private readonly ManualResetEventSlim _isOn = new();
    private PortBell? _bell;
    private OfferedTrial? _trial;
    private bool _isInterrupted;

    private long _receiveTicks;

    // The latest batches and how long the line's thread was at them.
    private readonly BatchTime[] _batches = new BatchTime[BatchesKept];
    private long _batchCount;
    private int _inHand;
    private long _handedOverAt;

    /// <summary>A port that offers a cycle's packets in buffers of a stock.</summary>
    public OfferedPort(ArrivalCycle cycle, BufferPool stock, int mtu)
    {
        (_cycle, _stock, Mtu) = (cycle, stock, mtu);
        _rings = [.. cycle.Shares.Select(static share => new OfferedRing(share))];
        _order = new ArrivalOrder(cycle.Flows);
        _books = new ThreadLocal<ArrivalBooks>(NewBooks, trackAllValues: true);
    }

    /// <inheritdoc/>
    public string Name => "offered";

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public int BatchSize => PacketBatch.DefaultCapacity;

    /// <inheritdoc/>
    public PortStats Stats => new(Volatile.Read(ref _trial)?.Taken ?? 0, 0, Delivered, 0, Volatile.Read(ref _trial)?.Lost ?? 0, 0);

    /// <summary>Packets of this trial that reached the far side so far.</summary>
    public long Delivered => _books.Values.Sum(static books => books.Delivered);

    /// <summary>What every thread booked in this trial.</summary>
    public IReadOnlyList<ArrivalBooks> Books => [.. _books.Values];

    /// <summary>Packets of this trial that found their ring full, by IP precedence, the highest first.</summary>
    public IEnumerable<(int Precedence, long Packets)> LostAtRings => _rings.Select(static ring => (ring.Precedence, ring.Lost));

    /// <summary>The latest batches of this trial; to be read when it has ended and all was taken.</summary>
    public IReadOnlyList<BatchTime> Batches => _batches[..(int)Math.Min(_batchCount, BatchesKept)];

    /// <summary>Seconds the line's thread spent on bringing packets, without those in which there were none.</summary>
    public double ReceiveSeconds => (double)Volatile.Read(ref _receiveTicks) / Stopwatch.Frequency;

    /// <summary>Lets packets arrive from now on, so many at once; nothing is under way.</summary>
    public OfferedTrial Begin(double packetsPerSecond, byte number, int burst = 1)
    {
        _order.Begin();
        (_batchCount, _inHand) = (0, 0);
        foreach (var books in _books.Values)
        {
            books.Begin(number);
        }

        var trial = new OfferedTrial(number, packetsPerSecond, burst);
        Volatile.Write(ref _trial, trial);
        _isOn.Set();
        Volatile.Read(ref _bell)?.Ring();
        return trial;
    }

    /// <inheritdoc/>
    public bool IsOver => Volatile.Read(ref _isInterrupted);

    /// <inheritdoc/>
    public int Waiting
    {
        get
        {
            if (_rings is [{ Waiting: > 0 } only])
            {
                return only.Precedence;
            }

            if (Volatile.Read(ref _trial) is { } trial)
            {
                var meter = ThreadMeter.Current;
                var former = meter?.Switch(CpuAccount.Workload);
                Fill(trial, Stopwatch.GetTimestamp());
                Restore(meter, former);
            }

            return Highest;
        }
    }

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        var meter = ThreadMeter.Current;
        meter?.Switch(CpuAccount.Workload);
        while (!IsOver)
        {
            if (TryTake(batch))
            {
                meter?.Switch(CpuAccount.General);
                return true;
            }

            if (!TryAwaitNext())
            {
                _isOn.Wait();
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool TryReceive(PacketBatch batch)
    {
        var meter = ThreadMeter.Current;
        var former = meter?.Switch(CpuAccount.Workload);
        var isTaken = TryTake(batch);
        Restore(meter, former);
        return isTaken;
    }

    /// <inheritdoc/>
    public bool TryPause()
    {
        var meter = ThreadMeter.Current;
        var former = meter?.Switch(CpuAccount.Workload);
        var isPaused = TryAwaitNext();
        Restore(meter, former);
        return isPaused;
    }

    /// <inheritdoc/>
    public void Watch(PortBell bell) => Volatile.Write(ref _bell, bell);

    /// <inheritdoc/>
    public void Inject(PacketBatch batch)
    {
        var meter = ThreadMeter.Current;
        var former = meter?.Switch(CpuAccount.Workload);
        var (books, now) = (_books.Value!, Stopwatch.GetTimestamp());
        foreach (var packet in batch.Slots)
        {
            if (packet is not null)
            {
                books.Book(packet.Packet, now);
            }
        }

        batch.Clear();
        Restore(meter, former);
    }

    /// <inheritdoc/>
    public void Interrupt()
    {
        Volatile.Write(ref _isInterrupted, true);
        _isOn.Set();
        Volatile.Read(ref _bell)?.Ring();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOn.Dispose();
        _books.Dispose();
    }

    private void KeepBatch()
    {
        if (_inHand > 0)
        {
            _batches[_batchCount++ % BatchesKept] = new BatchTime(_inHand, Stopwatch.GetElapsedTime(_handedOverAt).TotalNanoseconds);
            _inHand = 0;
        }
    }

    private ArrivalBooks NewBooks()
    {
        var books = new ArrivalBooks(_order);
        books.Begin(Volatile.Read(ref _trial)?.Number ?? 0);
        return books;
    }

    private static void Restore(ThreadMeter? meter, CpuAccount? former)
    {
        if (former is { } account)
        {
            meter!.Switch(account);
        }
    }

    private int Highest
    {
        get
        {
            foreach (var ring in _rings)
            {
                if (ring.Waiting > 0)
                {
                    return ring.Precedence;
                }
            }

            return -1;
        }
    }

    private bool TryTake(PacketBatch batch)
    {
        KeepBatch();
        if (Volatile.Read(ref _trial) is not { } trial)
        {
            return false;
        }

        var lookedAt = Stopwatch.GetTimestamp();
        Fill(trial, lookedAt);
        if (!Take(trial, batch))
        {
            return false;
        }

        (_inHand, _handedOverAt) = (batch.Count, Stopwatch.GetTimestamp());
        Volatile.Write(ref _receiveTicks, _receiveTicks + _handedOverAt - lookedAt);
        return true;
    }

    // False once no more packets come by the clock of this trial. What waits for buffers to come back is still to be taken.
    private bool TryAwaitNext()
    {
        if (Volatile.Read(ref _trial) is not { IsEmptied: false } trial)
        {
            return false;
        }

        if (!trial.IsOver || Highest >= 0)
        {
            Thread.SpinWait(PausesPerLook);
            Thread.Yield();
            return true;
        }

        trial.IsEmptied = true;
        _isOn.Reset();
        return Volatile.Read(ref _trial) != trial;
    }

    private void Fill(OfferedTrial trial, long now)
    {
        if (trial.Seen == 0)
        {
            foreach (var ring in _rings)
            {
                ring.Begin();
            }
        }

        var arrived = _cycle.ArrivedBy(trial.GapsBy(now));
        arrived -= arrived % trial.Burst;
        foreach (var ring in _rings)
        {
            trial.Lost += ring.Fill(arrived);
        }

        trial.Seen = arrived;
    }

    // Of packets that are marked and such as are not a batch holds one kind: the one are admitted before the other, and wait for a batch of them at most.
    private bool Take(OfferedTrial trial, PacketBatch batch)
    {
        foreach (var ring in _rings)
        {
            if (ring.Precedence == 0 && batch.Count > 0)
            {
                break;
            }

            var most = ring.Precedence == 0 && _rings.Length > 1 ? PacketBatch.MostRoutine : BatchSize;
            for (var left = batch.Rent(_stock, Math.Min(most - batch.Count, ring.Waiting)); left > 0; left--)
            {
                var (number, packet) = (ring.Take(), batch[batch.Count - left]!);
                packet.SetLength(_cycle.LengthOf(number));
                packet.ArrivedAt = trial.TimeOf(_cycle.ArrivalOf(number));
                _cycle.Write(packet.Packet, number, packet.ArrivedAt, trial.Number);
            }
        }

        trial.Taken += batch.Count;
        return batch.Count > 0;
    }
}
