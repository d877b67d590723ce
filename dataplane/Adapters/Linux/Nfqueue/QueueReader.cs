using System.Runtime.CompilerServices;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>The receiving half of a queue socket, used by one thread: datagrams are taken in by the batch, and each packet is put into a buffer that bears its mark.</summary>
internal sealed unsafe class QueueReader(QueueSocket socket, PortBuffers buffers, PortCounters counters, HostMtus? mtus) : IPacketQueue
{
    private const int MostMessages = 32;

    // The largest packet, its attributes, and the headers before them.
    private const int Stride = 65536 + 512;

    private readonly byte[] _arena = GC.AllocateUninitializedArray<byte>(MostMessages * Stride, pinned: true);
    private readonly int[] _lengths = new int[MostMessages];
    private int _next;
    private int _count;
    private long _late;

    /// <summary>The socket it reads.</summary>
    public QueueSocket Socket => socket;

    /// <summary>Verdicts for packets the kernel no longer had.</summary>
    public long LateVerdicts => Interlocked.Read(ref _late);

    /// <summary>Whether something came by the last call that is not handed on yet, or waits at the socket.</summary>
    public bool HasWaiting => _next < _count || Libc.IsReadable(socket.Descriptor);

    /// <inheritdoc/>
    public DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue)
    {
        for (var left = octets; batch.Count < limit && left > 0;)
        {
            if (_next == _count && Fill() is var filled and not DrainResult.Full)
            {
                return filled;
            }

            if (!TryAccept(batch, _arena.AsSpan(_next * Stride, _lengths[_next])))
            {
                return DrainResult.Starved;
            }

            left -= _lengths[_next++];
        }

        return DrainResult.Full;
    }

    [SkipLocalsInit]
    private DrainResult Fill()
    {
        var messages = stackalloc Libc.Message[MostMessages];
        var pieces = stackalloc Libc.IoVector[MostMessages];
        for (var i = 0; i < MostMessages; i++)
        {
            pieces[i] = new Libc.IoVector { Base = PinnedMemory.At(_arena, i * Stride), Length = Stride };
            messages[i] = new Libc.Message { Header = new Libc.MessageHeader { Pieces = pieces + i, PieceCount = 1 } };
        }

        (_next, _count) = (0, 0);
        var received = BatchedCalls.Receive(socket.Descriptor, messages, MostMessages);
        if (received <= 0)
        {
            // ENOBUFS: the kernel dropped packets for want of room, and counts them.
            return received is 0 or -Errno.NoBufferSpace ? DrainResult.Empty : DrainResult.Gone;
        }

        for (var i = 0; i < received; i++)
        {
            _lengths[i] = (int)Math.Min(messages[i].Length, Stride);
        }

        _count = received;
        return DrainResult.Full;
    }

    // False when no buffer is free; the datagram is looked at again later.
    private bool TryAccept(PacketBatch batch, ReadOnlySpan<byte> datagram)
    {
        while (NetlinkMessage.TryTake(ref datagram, out var message))
        {
            if (!QueuedPacket.TryRead(message, out var packet))
            {
                _late += message.Type == NetlinkMessage.ErrorType && message.Error == Errno.NotFound ? 1 : 0;
                continue;
            }

            // One datagram is one packet: what could follow it are the kernel's complaints.
            if (socket.IndexOf(packet.Queue) is var queue and >= 0 && !TryAccept(batch, packet, queue))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAccept(PacketBatch batch, in QueuedPacket packet, int queue)
    {
        var isSuperframe = (packet.Info & QueueNumbers.IsSuperframe) != 0;
        if (packet.IsCut || packet.Octets.Length > BufferPool.SuperframeCapacity)
        {
            Refuse(packet, queue);
            return true;
        }

        if (buffers.TryRent(packet.Octets.Length) is not { } buffer)
        {
            return false;
        }

        packet.Octets.CopyTo(buffer.SetLength(packet.Octets.Length));
        if (!IpPacketView.TryView(buffer.Packet, out var view) || !TryDescribe(buffer, view.Destination, packet.Info))
        {
            buffer.Return();
            Refuse(packet, queue);
            return true;
        }

        buffer.Lend(socket, QueueMark.Of(packet.Id, queue, isSuperframe, view.Destination).Value);
        batch.Add(buffer);
        return true;
    }

    private bool TryDescribe(PacketBuffer buffer, IpAddress destination, uint info)
    {
        if ((info & QueueNumbers.IsSuperframe) != 0)
        {
            if (mtus is null || !SegmentSplitter.TryReadHeaderLength(buffer.Packet, out var headerLength))
            {
                return false;
            }

            var size = mtus.PayloadFor(destination, headerLength);
            if (buffer.Length - headerLength > size)
            {
                buffer.Segments = new Segmentation(SegmentKind.Tcp, (ushort)size, (ushort)headerLength, IsChecksumMissing: true);
                return true;
            }
        }

        return (info & (QueueNumbers.ChecksumNotReady | QueueNumbers.IsSuperframe)) == 0 || SegmentSplitter.CompleteChecksum(buffer.Packet);
    }

    private void Refuse(in QueuedPacket packet, int queue)
    {
        counters.AddReceiveFailures(1);
        socket.Forsake(QueueMark.Of(packet.Id, queue, isSuperframe: false, default).Value);
    }
}
