using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Adapters.Windows;

/// <summary>Injects through the handle at the bottom of the chain: what the line sends, and what a wide filter caught and nobody wants; any number of threads.</summary>
internal sealed class DivertSender(IDivertHandle handle, OutboxStock outboxes, CaptureSettings settings, PortCounters counters)
{
    private long _passed;
    private long _expired;

    /// <summary>The face's counters.</summary>
    public PortCounters Counters => counters;

    /// <summary>Captured packets that went on as they came.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>Readings' worth of packets whose hop limit ran out between two drivers.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    /// <summary>Injects the packets of a batch in their order; they stay the caller's.</summary>
    public void Send(PacketBatch batch, bool isOutbound)
    {
        var outbox = outboxes.Take();
        foreach (var buffer in batch.Slots)
        {
            if (buffer is null)
            {
                continue;
            }

            if (buffer.Segments.Kind == SegmentKind.None)
            {
                Add(outbox, buffer, isOutbound);
            }
            else
            {
                AddSegments(outbox, buffer, isOutbound);
            }
        }

        Flush(outbox);
        outboxes.Return(outbox);
    }

    private void Add(DivertOutbox outbox, PacketBuffer buffer, bool isOutbound)
    {
        if (buffer.Segments.IsChecksumMissing)
        {
            SegmentSplitter.CompleteChecksum(buffer.Packet);
            buffer.Segments = Segmentation.None;
        }

        // The driver finds packets by their length fields and does not look whether those make sense.
        if (!TryTrim(buffer.Packet, out var packet) || (isOutbound && !Fits(packet)))
        {
            counters.AddSendFailures(1);
            return;
        }

        if (!outbox.HasRoom(packet.Length))
        {
            Flush(outbox);
        }

        packet.CopyTo(outbox.Free);
        outbox.Accept(packet.Length, AddressOf(packet, buffer, isOutbound));
    }

    private void AddSegments(DivertOutbox outbox, PacketBuffer superframe, bool isOutbound)
    {
        var segments = superframe.Segments;
        var count = segments.CountIn(superframe.Length);
        for (var index = 0; index < count; index++)
        {
            if (!outbox.HasRoom(segments.HeaderLength + segments.Size))
            {
                Flush(outbox);
            }

            var length = SegmentSplitter.Write(superframe.Packet, segments.HeaderLength, segments.Size, index, outbox.Free);
            if (length == 0)
            {
                counters.AddSendFailures(1);
                continue;
            }

            outbox.Accept(length, AddressOf(outbox.Free[..length], superframe, isOutbound));
        }
    }

    private WinDivertAddress AddressOf(ReadOnlySpan<byte> packet, PacketBuffer buffer, bool isOutbound)
    {
        var isV4 = packet[0] >> 4 == (int)IpVersion.V4;
        var mark = new CaptureMark(buffer.PortMark);
        var isImpostor = mark.IsImpostor && buffer.Trail.Depth == 0;
        if (!mark.HasInterface && !isOutbound)
        {
            mark = settings.Interfaces.Recall(isV4 ? IpAddress.ReadV4(packet[16..]) : IpAddress.ReadV6(packet[24..]));
        }

        return new WinDivertAddress
        {
            Interface = mark.Interface,
            SubInterface = mark.SubInterface,
            // Every checksum is in place: a clear bit would have the driver compute it once more.
            Marks = WinDivertMarks.Checksums
                | (isOutbound ? WinDivertMarks.Outbound : 0)
                | (isV4 ? 0 : WinDivertMarks.V6)
                | (isImpostor ? WinDivertMarks.Impostor : 0),
        };
    }

    // What is larger and may not be cut on its way, the driver loses without a word.
    private bool Fits(ReadOnlySpan<byte> packet) => packet.Length <= settings.Mtu || (packet[0] >> 4 == (int)IpVersion.V4 && (packet[6] & 0x40) == 0);

    private static bool TryTrim(Span<byte> octets, out Span<byte> packet)
    {
        if (Ipv4View.TryView(octets, out var v4))
        {
            packet = v4.Octets;
            return true;
        }

        var isWhole = Ipv6View.TryView(octets, out var v6);
        packet = isWhole ? v6.Octets : default;
        return isWhole;
    }

    private void Flush(DivertOutbox outbox)
    {
        var (count, length) = (outbox.Count, outbox.Length);
        var error = outbox.Flush(handle);
        switch (error)
        {
            case 0:
                counters.AddSent(count, length);
                break;

            // One of them has gone in circles; the others were taken.
            case WinDivertError.HostUnreachable:
                Interlocked.Increment(ref _expired);
                counters.AddSent(count - 1, length - (length / count));
                counters.AddSendFailures(1);
                break;

            default:
                counters.AddSendFailures(count);
                break;
        }
    }

    /// <summary>Packets that go on as they were captured, with the address they came with; an outbox is taken when the first comes.</summary>
    public ref struct Passage(DivertSender sender)
    {
        private DivertOutbox? _outbox;

        /// <summary>Adds a packet.</summary>
        public void Add(ReadOnlySpan<byte> packet, in WinDivertAddress address)
        {
            _outbox ??= sender.TakeOutbox();
            if (!_outbox.HasRoom(packet.Length))
            {
                sender.FlushPassed(_outbox);
            }

            packet.CopyTo(_outbox.Free);
            _outbox.Accept(packet.Length, address);
        }

        /// <summary>Injects what was added.</summary>
        public readonly void Finish()
        {
            if (_outbox is not null)
            {
                sender.FlushPassed(_outbox);
                sender.ReturnOutbox(_outbox);
            }
        }
    }

    private DivertOutbox TakeOutbox() => outboxes.Take();

    private void ReturnOutbox(DivertOutbox outbox) => outboxes.Return(outbox);

    private void FlushPassed(DivertOutbox outbox)
    {
        var count = outbox.Count;
        var error = outbox.Flush(handle);
        Interlocked.Add(ref _passed, error == 0 ? count : 0);
        if (error == WinDivertError.HostUnreachable)
        {
            Interlocked.Increment(ref _expired);
        }
        else if (error != 0)
        {
            counters.AddSendFailures(count);
        }
    }
}
