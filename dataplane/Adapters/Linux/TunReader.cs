using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux;

/// <summary>The receiving half of a TUN queue, used by one thread: each frame is read straight into the buffer it travels in.</summary>
internal sealed unsafe class TunReader(int descriptor, PortBuffers buffers, PortCounters counters) : IPacketQueue
{
    private readonly SuperframeCutter _cutter = new(buffers);
    private long _superframes;

    /// <summary>Superframes read.</summary>
    public long Superframes => Interlocked.Read(ref _superframes);

    /// <summary>Whether a call takes one frame and does not look for more: it gives <see cref="DrainResult.Empty"/> without knowing.</summary>
    public bool TakesOne { get; set; }

    /// <summary>Whether packets of a frame that was cut wait inside.</summary>
    public bool HoldsPieces => _cutter.HasPieces;

    /// <summary>Whether such packets wait, or a frame at the device.</summary>
    public bool HasWaiting => HoldsPieces || Libc.IsReadable(descriptor);

    /// <inheritdoc/>
    public DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue)
    {
        var first = batch.Count;
        var counted = first;
        PacketBuffer? packet = null;
        PacketBuffer? superframe = null;
        var result = DrainResult.Full;
        while (result == DrainResult.Full && batch.Count < limit && octets > 0)
        {
            if (_cutter.HasPieces)
            {
                result = _cutter.TryAddPiece(batch) ? DrainResult.Full : DrainResult.Starved;
                continue;
            }

            packet ??= buffers.Packets.TryRent();
            superframe ??= buffers.Superframes.TryRent();
            result = packet is null || superframe is null ? DrainResult.Starved : ReadFrame(batch, ref packet, ref superframe);
            for (; counted < batch.Count; counted++)
            {
                octets -= batch[counted]!.Length;
            }

            if (TakesOne && counted > first && !_cutter.HasPieces)
            {
                result = DrainResult.Empty;
            }
        }

        packet?.Return();
        superframe?.Return();
        counters.AddReceived(batch, first);
        return result;
    }

    /// <summary>Gives back what waits inside.</summary>
    public void Release() => _cutter.Release();

    private DrainResult ReadFrame(PacketBatch batch, ref PacketBuffer? packet, ref PacketBuffer? superframe)
    {
        VirtioHeader header;
        var small = packet!.Capacity;
        var pieces = stackalloc Libc.IoVector[3];
        pieces[0] = new Libc.IoVector { Base = (byte*)&header, Length = VirtioHeader.Size };
        pieces[1] = new Libc.IoVector { Base = PinnedMemory.At(packet.Memory, PacketBuffer.Headroom), Length = (nuint)small };
        pieces[2] = new Libc.IoVector { Base = PinnedMemory.At(superframe!.Memory, PacketBuffer.Headroom + small), Length = (nuint)(superframe.Capacity - small) };
        var count = (int)Libc.ReadVector(descriptor, pieces, 3);
        if (count < 0)
        {
            return AfterFailure(Libc.LastError);
        }

        var length = count - VirtioHeader.Size;
        if (length <= 0)
        {
            counters.AddReceiveFailures(1);
            return DrainResult.Full;
        }

        if (length <= small)
        {
            packet.SetLength(length);
            Accept(batch, header, ref packet);
            return DrainResult.Full;
        }

        // A frame too large for a packet buffer has its front there; moving that front is cheaper than knowing the size before.
        packet.SetLength(small).CopyTo(superframe.SetLength(length));
        Accept(batch, header, ref superframe);
        return DrainResult.Full;
    }

    private void Accept(PacketBatch batch, in VirtioHeader header, ref PacketBuffer? frame)
    {
        var buffer = frame!;
        if (!header.TryDescribe(buffer.Packet, out var segments))
        {
            counters.AddReceiveFailures(1);
            return;
        }

        frame = null;
        buffer.Segments = segments;
        _superframes += segments.Kind == SegmentKind.None ? 0 : 1;
        if (segments.CountIn(buffer.Length) > SegmentMerger.MaximumPackets)
        {
            _cutter.Begin(buffer);
            return;
        }

        batch.Add(buffer);
    }

    private DrainResult AfterFailure(int error)
    {
        if (error == Errno.TryAgain)
        {
            return DrainResult.Empty;
        }

        if (error == Errno.Interrupted)
        {
            return DrainResult.Full;
        }

        // EBADFD: the interface was deleted under the port; the descriptor stays readable for ever.
        counters.AddReceiveFailures(1);
        return DrainResult.Gone;
    }
}
