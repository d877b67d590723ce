using System.Runtime.CompilerServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Sends whole IP packets with the header they carry, on a raw socket (raw(7), IP_HDRINCL), by any number of threads; superframes leave as their packets.</summary>
internal sealed unsafe class RawSender(NativeSocket socket, uint scope, PortBuffers buffers, PortCounters counters, TooBigNotices notices) : IDisposable
{
    /// <summary>Sends the batch in its order.</summary>
    [SkipLocalsInit]
    public void Send(PacketBatch batch)
    {
        var scratch = stackalloc byte[MessageVector.ScratchSize];
        var vector = new MessageVector(scratch);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not { } buffer)
            {
                continue;
            }

            if (buffer.Segments.Kind != SegmentKind.None)
            {
                Flush(ref vector);
                SendSplit(ref vector, buffer);
                continue;
            }

            if (buffer.Segments.IsChecksumMissing && !SegmentSplitter.CompleteChecksum(buffer.Packet))
            {
                counters.AddSendFailures(1);
                continue;
            }

            Add(ref vector, buffer);
        }

        Flush(ref vector);
    }

    public void Dispose() => socket.Dispose();

    private void Add(ref MessageVector vector, PacketBuffer buffer)
    {
        if (!IpPacketView.TryView(buffer.Packet, out var packet) || packet.Version == IpVersion.V4 != socket.IsV4)
        {
            counters.AddSendFailures(1);
            return;
        }

        if (vector.IsFull)
        {
            Flush(ref vector);
        }

        // An IPv6 raw socket takes a port only if it is the protocol's number; 0 is no port.
        vector.Begin(packet.Destination, 0, scope, new PacketOrigin(PinnedMemory.Of(buffer), packet.Octets.Length));
        vector.AddPiece(PinnedMemory.Of(buffer), packet.Octets.Length);
    }

    private void SendSplit(ref MessageVector vector, PacketBuffer superframe)
    {
        var segments = superframe.Segments;
        var count = segments.CountIn(superframe.Length);
        if (buffers.Superframes.TryRent() is not { } segment)
        {
            counters.AddSendFailures(count);
            return;
        }

        for (var index = 0; index < count; index++)
        {
            var length = SegmentSplitter.Write(superframe.Packet, segments.HeaderLength, segments.Size, index, segment.SetLength(segment.Capacity));
            segment.TrimTo(length);
            Add(ref vector, segment);
            Flush(ref vector);
        }

        segment.Return();
    }

    private void Flush(ref MessageVector vector)
    {
        long packets = 0;
        long octets = 0;
        var at = 0;
        while (at < vector.Count)
        {
            var sent = BatchedCalls.Send(socket.Descriptor, vector.Messages + at, vector.Count - at);
            if (sent < 0)
            {
                Refuse(vector.Messages[at].Header, -sent);
                at++;
                continue;
            }

            for (var end = at + sent; at < end; at++)
            {
                packets++;
                octets += (long)vector.Messages[at].Header.Pieces->Length;
            }
        }

        vector.Clear();
        counters.AddSent(packets, octets);
    }

    private void Refuse(in Libc.MessageHeader message, int error)
    {
        counters.AddSendFailures(1);
        if (error == Errno.MessageTooLong)
        {
            notices.Report(new Span<byte>(message.Pieces->Base, (int)message.Pieces->Length), (int)message.Pieces->Length);
        }
    }
}
