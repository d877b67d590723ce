using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The sending half of a UDP encapsulation port, used by any number of threads: payloads are gathered from where they lie, those of one size to one peer in one segmented message.</summary>
internal sealed unsafe class UdpSender(UdpSocketPair sockets, UdpEncapOptions options, int mtu, PortCounters counters, TooBigNotices notices)
{
    // Linux: UDP_MAX_SEGMENTS is 128 since 6.9 and 64 before.
    private const int MostSegments = 128;
    private const int MostSegmentsBefore = 64;

    private volatile int _segmentLimit = (options.Disabled & UdpOffloads.Segmentation) != 0 ? 1 : MostSegments;
    private long _segmentedSends;

    /// <summary>Whether the kernel still segments.</summary>
    public bool IsSegmenting => _segmentLimit > 1;

    /// <summary>Segmented messages sent.</summary>
    public long SegmentedSends => Interlocked.Read(ref _segmentedSends);

    // With its headers it is still one IP packet, as which the far end delivers it.
    private int MostOctets => Ipv4View.MaximumLength - Overhead;

    private int Overhead => OutgoingDatagram.HeaderLength(sockets.IsV4);

    /// <summary>Sends the batch in its order.</summary>
    [SkipLocalsInit]
    public void Send(PacketBatch batch)
    {
        var scratch = stackalloc byte[MessageVector.ScratchSize];
        var vector = new MessageVector(scratch);
        var run = default(DatagramRun);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not { } buffer)
            {
                continue;
            }

            if (!OutgoingDatagram.TryRead(buffer, sockets.IsV4, out var datagram))
            {
                counters.AddSendFailures(PortCounters.PacketsIn(buffer));
                continue;
            }

            if (vector.Count > 0 && !vector.IsOutOfPieces && run.TryJoin(datagram, _segmentLimit, MostOctets))
            {
                Extend(ref vector, run, datagram);
                continue;
            }

            if (vector.Count > 0 && GoesWhole(run.First) != GoesWhole(datagram))
            {
                Flush(ref vector, GoesWhole(run.First));
            }

            run = new DatagramRun(datagram, mtu - Overhead);
            BeginParts(ref vector, datagram);
        }

        Flush(ref vector, GoesWhole(run.First));
    }

    /// <summary>Sends one datagram of two pieces that routers may fragment; false when the kernel refuses.</summary>
    [SkipLocalsInit]
    public bool TrySend(ReadOnlySpan<byte> front, ReadOnlySpan<byte> rest, IpAddress source, IpAddress destination, int port)
    {
        var scratch = stackalloc byte[MessageVector.ScratchSize];
        var vector = new MessageVector(scratch);
        fixed (byte* frontOctets = front, restOctets = rest)
        {
            vector.Begin(destination, port, sockets.Scope, new PacketOrigin(frontOctets, front.Length));
            vector.AddPiece(frontOctets, front.Length);
            vector.AddPiece(restOctets, rest.Length);
            AddSource(ref vector, source);
            return BatchedCalls.Send(sockets.For(dontFragment: false), vector.Messages, 1) == 1;
        }
    }

    // IPv6 has no bit for it: what exceeds the link was sealed to be cut by this host (RFC 8200 §5), and only the other socket does that.
    private bool GoesWhole(in OutgoingDatagram datagram) => datagram.DontFragment && (sockets.IsV4 || datagram.SegmentSize + Overhead <= mtu);

    // A superframe of more than one message carries leaves in several; where the kernel does not segment, each datagram is one.
    private void BeginParts(ref MessageVector vector, in OutgoingDatagram datagram)
    {
        var size = datagram.SegmentSize;
        var most = datagram.Segments == 1 ? datagram.Length : Math.Min(_segmentLimit, Math.Max(1, MostOctets / size)) * size;
        for (var at = 0; at < datagram.Length; at += most)
        {
            if (vector.IsFull)
            {
                Flush(ref vector, GoesWhole(datagram));
            }

            Begin(ref vector, datagram.Part(at, most));
        }
    }

    private void Begin(ref MessageVector vector, in OutgoingDatagram datagram)
    {
        vector.Begin(datagram.Destination, datagram.Port, sockets.Scope, datagram.Origin);
        vector.AddPiece(datagram.Payload, datagram.Length);
        if (sockets.IsV4)
        {
            vector.AddControl(SocketNumbers.LevelIp, SocketNumbers.IpTos, (int)datagram.Tos);
        }
        else
        {
            vector.AddControl(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6TrafficClass, (int)datagram.Tos);
        }

        AddSource(ref vector, datagram.Source);
        // Always the last control message, so that a retry can leave it out.
        if (datagram.Segments > 1)
        {
            vector.AddControl(SocketNumbers.LevelUdp, SocketNumbers.UdpSegment, (ushort)datagram.SegmentSize);
        }
    }

    private static void Extend(ref MessageVector vector, in DatagramRun run, in OutgoingDatagram datagram)
    {
        vector.AddPiece(datagram.Payload, datagram.Length);
        if (run.Count == 2)
        {
            vector.AddControl(SocketNumbers.LevelUdp, SocketNumbers.UdpSegment, (ushort)run.First.SegmentSize);
        }
    }

    // A socket bound to one address needs no telling; one bound to all would take the route's.
    private void AddSource(ref MessageVector vector, IpAddress source)
    {
        if (sockets.IsBoundToOne || source.IsUnspecified)
        {
            return;
        }

        Span<byte> octets = stackalloc byte[16];
        source.WriteTo(octets);
        if (sockets.IsV4)
        {
            vector.AddControl(SocketNumbers.LevelIp, SocketNumbers.IpPacketInfo, new PacketInfoV4 { Local = Unsafe.ReadUnaligned<uint>(ref octets[0]) });
            return;
        }

        vector.AddControl(SocketNumbers.LevelIpv6, SocketNumbers.Ipv6PacketInfo, new PacketInfoV6
        {
            Prefix = Unsafe.ReadUnaligned<ulong>(ref octets[0]),
            Rest = Unsafe.ReadUnaligned<ulong>(ref octets[8]),
        });
    }

    private void Flush(ref MessageVector vector, bool dontFragment)
    {
        var socket = sockets.For(dontFragment);
        var at = 0;
        while (at < vector.Count)
        {
            var sent = BatchedCalls.Send(socket, vector.Messages + at, vector.Count - at);
            if (sent < 0)
            {
                SettleRefusal(socket, vector.Messages + at, vector.OriginOf(at), -sent);
                at++;
                continue;
            }

            for (var end = at + sent; at < end; at++)
            {
                CountSent(vector.Messages[at].Header);
            }
        }

        vector.Clear();
    }

    private void CountSent(in Libc.MessageHeader message)
    {
        long octets = 0;
        for (nuint k = 0; k < message.PieceCount; k++)
        {
            octets += (long)message.Pieces[k].Length;
        }

        long segments = 1;
        var size = SegmentedMessage.SizeOf(message);
        if (size > 0)
        {
            segments = (octets + size - 1) / size;
            Interlocked.Increment(ref _segmentedSends);
        }

        counters.AddSent(segments, octets + (segments * Overhead));
    }

    // Nothing of a refused segmented message has left, so its datagrams go one by one.
    private void SettleRefusal(int socket, Libc.Message* message, PacketOrigin origin, int error)
    {
        var size = SegmentedMessage.SizeOf(message->Header);
        if (size == 0)
        {
            Refuse(message->Header, origin, error);
            return;
        }

        if (error is Errno.Invalid or Errno.InputOutput && size + Overhead <= mtu)
        {
            LowerLimit(SegmentedMessage.CountIn(message->Header, size));
        }

        SendSlices(socket, message, origin, size);
    }

    private void SendSlices(int socket, Libc.Message* message, PacketOrigin origin, int size)
    {
        var whole = message->Header;
        var single = *message;
        single.Header.ControlLength -= (nuint)ControlMessages.SpaceFor(sizeof(ushort));
        single.Header.PieceCount = 1;
        for (nuint k = 0; k < whole.PieceCount; k++)
        {
            var piece = whole.Pieces[k];
            // Gathered packets each have their own headers right before their payload.
            var packet = whole.PieceCount == 1 ? origin : new PacketOrigin(piece.Base - Overhead, (int)piece.Length + Overhead);
            for (nuint at = 0; at < piece.Length; at += (nuint)size)
            {
                var slice = new Libc.IoVector { Base = piece.Base + at, Length = Math.Min((nuint)size, piece.Length - at) };
                single.Header.Pieces = &slice;
                var sent = BatchedCalls.Send(socket, &single, 1);
                if (sent < 0)
                {
                    Refuse(single.Header, packet, -sent);
                    continue;
                }

                counters.AddSent(1, (long)slice.Length + Overhead);
            }
        }
    }

    // EIO: no device on the way sums UDP; EINVAL: an older kernel, whose limit is half of ours, or none at all.
    private void LowerLimit(int segments) => _segmentLimit = segments > MostSegmentsBefore ? Math.Min(_segmentLimit, MostSegmentsBefore) : 1;

    private void Refuse(in Libc.MessageHeader message, PacketOrigin packet, int error)
    {
        counters.AddSendFailures(1);
        if (error == Errno.MessageTooLong)
        {
            notices.Report(packet.Octets, (int)message.Pieces->Length + Overhead);
        }
    }

    // struct in_pktinfo: the interface before it and the destination behind it stay 0.
    [StructLayout(LayoutKind.Explicit, Size = 12)]
    private struct PacketInfoV4
    {
        [FieldOffset(4)]
        public uint Local;
    }

    // struct in6_pktinfo: the interface behind it stays 0.
    [StructLayout(LayoutKind.Explicit, Size = 20)]
    private struct PacketInfoV6
    {
        [FieldOffset(0)]
        public ulong Prefix;

        [FieldOffset(8)]
        public ulong Rest;
    }
}
