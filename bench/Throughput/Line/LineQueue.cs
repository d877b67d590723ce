using System.Diagnostics;
using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.Throughput.Traffic;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Throughput.Line;

/// <summary>One thread's share of a line: it admits batches at A, admits at B what the link brings, and takes what B's host is given.</summary>
internal sealed class LineQueue : IDisposable
{
    // A yield is a system call, a microsecond or two in which nothing that arrives is seen.
    private const int PausesPerLook = 4;
    private const int LooksPerYield = 16;

    private readonly LineCase _line;
    private readonly int _queue;
    private readonly (DataPlane A, DataPlane B) _planes;
    private readonly (MemoryCipherPort A, MemoryCipherPort B) _link;
    private readonly MemoryClearPort _host;
    private readonly PacketBatch _onLink = new();
    private readonly PacketBatch[] _batches;
    private readonly long[] _admittedAt;
    private readonly ulong[] _nextOut;
    private readonly ulong[] _nextIn;
    private long _arrived;
    private bool _isGivenUp;

    /// <summary>A queue of as many batches as may be under way.</summary>
    public LineQueue(LineCase line, int queue, (DataPlane A, DataPlane B) planes, (MemoryCipherPort A, MemoryCipherPort B) link, MemoryClearPort host, BufferPool packets, int batches)
    {
        (_line, _queue, _planes, _link, _host) = (line, queue, planes, link, host);
        _batches = [.. Enumerable.Range(0, batches).Select(_ => new PacketBatch())];
        _admittedAt = new long[batches];
        (_nextOut, _nextIn) = (new ulong[line.Associations], new ulong[line.Associations]);
        Fill(packets);
    }

    /// <summary>Time from a batch's admission to its last packet's arrival; numbered batches do not count.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Packets that arrived so far.</summary>
    public long Arrived => Volatile.Read(ref _arrived);

    /// <summary>Numbered packets whose number was not the next of their SA.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Carries that many batches; ends early when given up.</summary>
    public void Carry(int batches, bool isNumbered)
    {
        var (admitted, taken, idleLooks) = (0, 0, 0);
        while (taken < batches && !Volatile.Read(ref _isGivenUp))
        {
            var isIdle = true;
            if (admitted < batches && admitted - taken < _batches.Length)
            {
                Admit(admitted++ % _batches.Length, isNumbered);
                isIdle = false;
            }

            if (!_line.IsPipelined || _link.B.Waiting >= 0)
            {
                _link.B.Receive(_onLink);
                _planes.B.AdmitInbound(_onLink, _queue);
                isIdle = false;
            }

            if (!_line.IsPipelined || _host.HostWaiting >= PacketBatch.DefaultCapacity)
            {
                Take(taken++ % _batches.Length, isNumbered);
                isIdle = false;
            }

            if (isIdle)
            {
                // Awake: the engine that sends must not pay for waking the bench, and with fewer processors than threads it runs meanwhile.
                Thread.SpinWait(PausesPerLook);
                if (++idleLooks % LooksPerYield == 0)
                {
                    Thread.Yield();
                }
            }
        }
    }

    /// <summary>Ends the round under way, whose packets will not come.</summary>
    public void GiveUp() => Volatile.Write(ref _isGivenUp, true);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }

        _onLink.Dispose();
    }

    private void Admit(int slot, bool isNumbered)
    {
        var batch = _batches[slot];
        for (var i = 0; isNumbered && i < batch.Count; i++)
        {
            var packet = batch[i]!.Packet;
            NumberedPacket.SetNumber(packet, _nextOut[NumberedPacket.SaOf(packet)]++);
        }

        _admittedAt[slot] = Stopwatch.GetTimestamp();
        _planes.A.AdmitOutbound(batch, _queue);
    }

    private void Take(int slot, bool isNumbered)
    {
        var batch = _batches[slot];
        while (!batch.IsFull && _host.HostReceive(batch))
        {
        }

        Volatile.Write(ref _arrived, _arrived + batch.Count);
        if (!isNumbered)
        {
            Latency.Record((long)Stopwatch.GetElapsedTime(_admittedAt[slot]).TotalNanoseconds);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            var packet = batch[i]!.Packet;
            ref var expected = ref _nextIn[NumberedPacket.SaOf(packet)];
            var number = NumberedPacket.NumberOf(packet);
            OutOfOrder += number == expected ? 0 : 1;
            expected = number + 1;
        }
    }

    private void Fill(BufferPool packets)
    {
        var index = 0L;
        foreach (var batch in _batches)
        {
            for (; !batch.IsFull; index++)
            {
                var octets = NumberedPacket.Build((int)(index % _line.Associations), _queue, _line.Mix.LengthOf(index));
                var buffer = packets.TryRent()!;
                octets.CopyTo(buffer.SetLength(octets.Length));
                batch.Add(buffer);
            }
        }
    }
}
