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
    private readonly LineCase _line;
    private readonly int _queue;
    private readonly (DataPlane A, DataPlane B) _planes;
    private readonly MemoryCipherPort _link;
    private readonly MemoryClearPort _host;
    private readonly PacketBatch _onLink = new();
    private readonly PacketBatch[] _batches;
    private readonly long[] _admittedAt;
    private readonly ulong[] _nextOut;
    private readonly ulong[] _nextIn;
    private readonly int _lead;
    private long _arrived;

    /// <summary>A queue of as many batches as may be under way.</summary>
    public LineQueue(LineCase line, int queue, (DataPlane A, DataPlane B) planes, MemoryCipherPort link, MemoryClearPort host, BufferPool packets, int batches)
    {
        (_line, _queue, _planes, _link, _host) = (line, queue, planes, link, host);
        _lead = batches / 2;
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

    /// <summary>Carries that many batches; ends early when the ports were interrupted.</summary>
    public void Carry(int batches, bool isNumbered)
    {
        var (received, due) = (0L, 0L);
        for (var step = 0; step < batches + (2 * _lead); step++)
        {
            if (step < batches)
            {
                Admit(step % _batches.Length, isNumbered);
            }

            due += step >= _lead && step < batches + _lead ? PacketBatch.DefaultCapacity : 0;
            while (received < due)
            {
                if (!_link.Receive(_onLink))
                {
                    return;
                }

                received += _onLink.Count;
                _planes.B.AdmitInbound(_onLink, _queue);
            }

            if (step >= 2 * _lead && !TryTakeArrivals((step - (2 * _lead)) % _batches.Length, isNumbered))
            {
                return;
            }
        }
    }

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

    private bool TryTakeArrivals(int slot, bool isNumbered)
    {
        var batch = _batches[slot];
        while (!batch.IsFull)
        {
            if (!_host.HostReceive(batch))
            {
                return false;
            }
        }

        Volatile.Write(ref _arrived, _arrived + batch.Count);
        if (!isNumbered)
        {
            Latency.Record((long)Stopwatch.GetElapsedTime(_admittedAt[slot]).TotalNanoseconds);
            return true;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            var packet = batch[i]!.Packet;
            ref var expected = ref _nextIn[NumberedPacket.SaOf(packet)];
            var number = NumberedPacket.NumberOf(packet);
            OutOfOrder += number == expected ? 0 : 1;
            expected = number + 1;
        }

        return true;
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
