using System.Diagnostics;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.Workloads;

namespace IpsecDp.Host.Lab;

/// <summary>The applications of one host: a thread that sends what is due and one that examines what arrives.</summary>
internal sealed class LabTraffic : IDisposable
{
    // Long enough that a sleeping generator costs nothing, short enough that a missed signal is no harm.
    private static readonly TimeSpan LongestNap = TimeSpan.FromMilliseconds(1);

    private readonly IWorkload _workload;
    private readonly MemoryClearPort _port;
    private readonly LabBuffers _buffers;
    private readonly CpuLedger _ledger;
    private readonly Thread _generator;
    private readonly Thread _sink;
    private readonly ManualResetEventSlim _arrived = new(false, spinCount: 10);
    private volatile bool _isStopping;
    private volatile bool _isQuiet;
    private long _looks;
    private Exception? _failure;

    public LabTraffic(string name, IWorkload workload, MemoryClearPort port, LabBuffers buffers, CpuLedger ledger, IReadOnlyList<int> processors)
    {
        (_workload, _port, _buffers, _ledger) = (workload, port, buffers, ledger);
        _generator = new Thread(() => Guard($"{name} applications", Bound(processors, 0), Generate)) { IsBackground = true, Name = $"{name} applications" };
        _sink = new Thread(() => Guard($"{name} sink", Bound(processors, 1), Examine)) { IsBackground = true, Name = $"{name} sink" };
    }

    /// <summary>Whether nothing is under way that this host waits for; as of the generator's last look.</summary>
    public bool IsQuiet => _isQuiet;

    /// <summary>How often the generator has looked for what is due and found nothing; it grows as long as it lives.</summary>
    public long Looks => Interlocked.Read(ref _looks);

    /// <summary>What ended one of the threads, or null.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public void Start()
    {
        _sink.Start();
        _generator.Start();
    }

    public void Dispose()
    {
        _isStopping = true;
        _arrived.Set();
        _port.Interrupt();
        _port.HostInterrupt();
        // A host that could not be set up is disposed of before it was started.
        foreach (var thread in new[] { _generator, _sink })
        {
            if ((thread.ThreadState & System.Threading.ThreadState.Unstarted) == 0)
            {
                thread.Join();
            }
        }

        _arrived.Dispose();
    }

    private void Generate()
    {
        using var batch = new PacketBatch();
        while (!_isStopping)
        {
            var now = Stopwatch.GetTimestamp();
            while (!batch.IsFull && TryWrite(batch, now))
            {
            }

            if (batch.Count > 0)
            {
                _isQuiet = false;
                _port.HostSend(batch);
                batch.Clear();
                continue;
            }

            _isQuiet = _workload.IsQuiet;
            Interlocked.Increment(ref _looks);
            Nap(now);
        }
    }

    private bool TryWrite(PacketBatch batch, long now)
    {
        var stock = _workload.MaximumPacketLength <= _buffers.Packets.Capacity ? _buffers.Packets : _buffers.Superframes;
        if (stock.TryRent() is not { } buffer)
        {
            return false;
        }

        var length = _workload.TryWriteNext(buffer.SetLength(Math.Min(buffer.Capacity, ushort.MaxValue)), now, out var tag);
        if (length == 0)
        {
            buffer.Return();
            return false;
        }

        buffer.TrimTo(length);
        if (tag.SegmentSize > 0)
        {
            buffer.Segments = new Segmentation(SegmentKind.Tcp, tag.SegmentSize, tag.HeaderLength, IsChecksumMissing: true);
        }

        batch.Add(buffer);
        return true;
    }

    private void Nap(long now)
    {
        var due = _workload.NextDue;
        var nap = due == long.MaxValue ? LongestNap : Stopwatch.GetElapsedTime(now, Math.Max(now, due));
        _arrived.Wait(nap < LongestNap ? nap : LongestNap);
        _arrived.Reset();
    }

    private void Examine()
    {
        using var batch = new PacketBatch();
        while (!_isStopping && _port.HostReceive(batch))
        {
            var now = Stopwatch.GetTimestamp();
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i] is { } packet)
                {
                    _workload.Receive(packet.Packet, now, packet.Segments.IsChecksumMissing);
                }
            }

            batch.Clear();
            if (!_arrived.IsSet)
            {
                _arrived.Set();
            }
        }
    }

    private static int? Bound(IReadOnlyList<int> processors, int thread) => processors.Count == 0 ? null : processors[thread % processors.Count];

    private void Guard(string name, int? processor, Action work)
    {
        if (processor is { } bound)
        {
            // A refusal costs speed and nothing else.
            _ = IThreadPinning.OfThisSystem.TryPin(bound);
        }

        using var meter = _ledger.Register(name, CpuAccount.Workload);
        try
        {
            work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
