using System.Diagnostics;
using IpsecDp.Engines.Accounting;
using IpsecDp.Modelling.Projection;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>A clear port on which packets arrive by the clock, whether anybody takes them or not, and which books what the data plane injects. As with a network card no thread makes them: a ring of posted buffers is filled as time passes, and what finds it full is lost. Its own work is booked as <see cref="CpuAccount.Workload"/>.</summary>
internal sealed class OfferedPort : IClearPort
{
    /// <summary>Buffers of the ring.</summary>
    public const int RingLength = 4096;

    private const int PausesPerLook = 20;
    private const int BatchesKept = 4096;

    private readonly ArrivalCycle _cycle;
    private readonly BufferPool _stock;
    private readonly Queue<PacketBuffer> _posted = new(RingLength);
    private readonly Queue<long> _waiting = new(RingLength);
    private readonly ArrivalOrder _order;
    private readonly ThreadLocal<ArrivalBooks> _books;
    private readonly ManualResetEventSlim _isOn = new();
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
        return trial;
    }

    /// <inheritdoc/>
    public bool Receive(PacketBatch batch)
    {
        var meter = ThreadMeter.Current;
        meter?.Switch(CpuAccount.Workload);
        KeepBatch();
        while (!Volatile.Read(ref _isInterrupted))
        {
            if (Volatile.Read(ref _trial) is { } trial)
            {
                var lookedAt = Stopwatch.GetTimestamp();
                Fill(trial, lookedAt);
                if (Take(trial, batch))
                {
                    (_inHand, _handedOverAt) = (batch.Count, Stopwatch.GetTimestamp());
                    Volatile.Write(ref _receiveTicks, _receiveTicks + _handedOverAt - lookedAt);
                    meter?.Switch(CpuAccount.General);
                    return true;
                }

                if (!trial.IsOver)
                {
                    Thread.SpinWait(PausesPerLook);
                    Thread.Yield();
                    continue;
                }

                trial.IsEmptied = true;
                _isOn.Reset();
                if (Volatile.Read(ref _trial) != trial)
                {
                    continue;
                }
            }

            _isOn.Wait();
        }

        return false;
    }

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
        if (former is { } account)
        {
            meter!.Switch(account);
        }
    }

    /// <inheritdoc/>
    public void Interrupt()
    {
        Volatile.Write(ref _isInterrupted, true);
        _isOn.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_posted.TryDequeue(out var packet))
        {
            packet.Return();
        }

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

    // The oldest packets fill the ring; those that come while it is full are the ones that are lost.
    private void Fill(OfferedTrial trial, long now)
    {
        if (trial.Seen == 0)
        {
            _waiting.Clear();
        }

        var arrived = _cycle.ArrivedBy(trial.GapsBy(now));
        arrived -= arrived % trial.Burst;
        if (arrived == trial.Seen && _waiting.Count == 0)
        {
            return;
        }

        // Posted with what they are for, so that a look in vain costs nothing that the next would have cost.
        while (_posted.Count < RingLength && _stock.TryRent() is { } packet)
        {
            _posted.Enqueue(packet);
        }

        var kept = Math.Min(arrived, trial.Seen + _posted.Count - _waiting.Count);
        for (var number = trial.Seen; number < kept; number++)
        {
            _waiting.Enqueue(number);
        }

        trial.Lost += arrived - Math.Max(kept, trial.Seen);
        trial.Seen = arrived;
    }

    private bool Take(OfferedTrial trial, PacketBatch batch)
    {
        while (batch.Count < BatchSize && _waiting.TryDequeue(out var number))
        {
            var packet = _posted.Dequeue();
            packet.SetLength(_cycle.LengthOf(number));
            packet.ArrivedAt = trial.TimeOf(_cycle.ArrivalOf(number));
            _cycle.Write(packet.Packet, number, packet.ArrivedAt, trial.Number);
            batch.Add(packet);
        }

        trial.Taken += batch.Count;
        return batch.Count > 0;
    }
}
