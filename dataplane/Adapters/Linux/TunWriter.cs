using System.Runtime.CompilerServices;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Adapters.Linux;

/// <summary>The sending half of a TUN queue, or of a packet socket that puts frames into a link, used by any number of threads: packets that follow one another in a flow enter the kernel as one superframe, gathered from where they lie.</summary>
internal sealed unsafe class TunWriter(int descriptor, PortBuffers buffers, PortCounters counters, TunOffloads offloads, int link = 0)
{
    // Extension headers of an injected superframe included; the kernel takes no more linear header than this anyway.
    private const int ScratchHeader = 512;
    private const int WaitForRoom = 20;
    private const int RoomLooks = 5;
    private const int EthernetLength = 14;

    // As they lie in memory, in the network's order.
    private const ushort EtherTypeV4 = 0x0008;
    private const ushort EtherTypeV6 = 0xDD86;

    private volatile bool _joinsTcp = (offloads & TunOffloads.MergeTcp) != 0;
    private volatile bool _joinsUdp = (offloads & TunOffloads.MergeUdp) != 0;
    private long _superframes;

    /// <summary>Superframes written, merged here or handed in.</summary>
    public long Superframes => Interlocked.Read(ref _superframes);

    /// <summary>Whether TCP segments are still merged.</summary>
    public bool JoinsTcp => _joinsTcp;

    /// <summary>Whether UDP datagrams are still merged.</summary>
    public bool JoinsUdp => _joinsUdp;

    /// <summary>Writes all packets in their order.</summary>
    public void Write(PacketBatch batch) => Write(batch, 0, batch.Count);

    /// <summary>Writes those of slots <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Write(PacketBatch batch, int start, int end)
    {
        var sum = default(Sum);
        for (var i = start; i < end;)
        {
            if (batch[i] is not { } buffer)
            {
                i++;
                continue;
            }

            if (buffer.Segments.Kind != SegmentKind.None)
            {
                WriteSuperframe(buffer, ref sum);
                i++;
                continue;
            }

            var count = Math.Min(SegmentMerger.CountRun(batch, i, _joinsTcp, _joinsUdp, out var segments), end - i);
            if (count == 1)
            {
                WriteSingle(buffer, ref sum);
            }
            else
            {
                WriteRun(batch, i, count, segments, ref sum);
            }

            i += count;
        }

        counters.AddSent(sum.Packets, sum.Octets);
        if (sum.Failures > 0)
        {
            counters.AddSendFailures(sum.Failures);
        }
    }

    private void WriteSingle(PacketBuffer buffer, ref Sum sum)
    {
        if (buffer.Segments.IsChecksumMissing && !SegmentSplitter.CompleteChecksum(buffer.Packet))
        {
            sum.Failures++;
            return;
        }

        WritePlain(PinnedMemory.Of(buffer), buffer.Length, ref sum);
    }

    private void WritePlain(byte* packet, int length, ref Sum sum)
    {
        var header = VirtioHeader.None;
        var pieces = stackalloc Libc.IoVector[2];
        pieces[0] = new Libc.IoVector { Base = (byte*)&header, Length = VirtioHeader.Size };
        pieces[1] = new Libc.IoVector { Base = packet, Length = (nuint)length };
        if (length == 0 || TryWrite(pieces, 2) != 0)
        {
            sum.Failures++;
            return;
        }

        sum.Packets++;
        sum.Octets += length;
    }

    [SkipLocalsInit]
    private void WriteRun(PacketBatch batch, int start, int count, in Segmentation segments, ref Sum sum)
    {
        var scratch = stackalloc byte[VirtioHeader.Size + SegmentMerger.MaximumHeaderLength];
        var pieces = stackalloc Libc.IoVector[SegmentMerger.MaximumPackets + 1];
        int headerLength = segments.HeaderLength;
        var length = headerLength;
        for (var k = 0; k < count; k++)
        {
            var buffer = batch[start + k]!;
            pieces[k + 1] = new Libc.IoVector { Base = PinnedMemory.Of(buffer) + headerLength, Length = (nuint)(buffer.Length - headerLength) };
            length += buffer.Length - headerLength;
        }

        var header = new Span<byte>(scratch + VirtioHeader.Size, headerLength);
        var transportAt = SegmentMerger.WriteHeader(batch[start]!.Packet, batch[start + count - 1]!.Packet, segments, length, header);
        *(VirtioHeader*)scratch = VirtioHeader.For(segments, header, transportAt);
        pieces[0] = new Libc.IoVector { Base = scratch, Length = (nuint)(VirtioHeader.Size + headerLength) };
        var error = TryWrite(pieces, count + 1);
        if (error == 0)
        {
            Interlocked.Increment(ref _superframes);
            sum.Packets += count;
            sum.Octets += length + ((count - 1) * headerLength);
            return;
        }

        var failuresBefore = sum.Failures;
        for (var k = 0; k < count; k++)
        {
            WriteSingle(batch[start + k]!, ref sum);
        }

        if (error == Errno.Invalid && sum.Failures == failuresBefore)
        {
            StopJoining(segments.Kind);
        }
    }

    [SkipLocalsInit]
    private void WriteSuperframe(PacketBuffer buffer, ref Sum sum)
    {
        var segments = buffer.Segments;
        int headerLength = segments.HeaderLength;
        if (headerLength is 0 or > ScratchHeader || headerLength > buffer.Length)
        {
            sum.Failures += segments.CountIn(buffer.Length);
            return;
        }

        var scratch = stackalloc byte[VirtioHeader.Size + ScratchHeader];
        var header = new Span<byte>(scratch + VirtioHeader.Size, headerLength);
        buffer.Packet[..headerLength].CopyTo(header);
        if (!SuperframeHeader.TrySeal(header, segments, buffer.Length, out var transportAt))
        {
            sum.Failures += segments.CountIn(buffer.Length);
            return;
        }

        *(VirtioHeader*)scratch = VirtioHeader.For(segments, header, transportAt);
        var pieces = stackalloc Libc.IoVector[2];
        pieces[0] = new Libc.IoVector { Base = scratch, Length = (nuint)(VirtioHeader.Size + headerLength) };
        pieces[1] = new Libc.IoVector { Base = PinnedMemory.Of(buffer) + headerLength, Length = (nuint)(buffer.Length - headerLength) };
        if (TryWrite(pieces, 2) != 0)
        {
            WriteSplit(buffer, ref sum);
            return;
        }

        Interlocked.Increment(ref _superframes);
        sum.Packets += PortCounters.PacketsIn(buffer);
        sum.Octets += PortCounters.OctetsIn(buffer);
    }

    private void WriteSplit(PacketBuffer superframe, ref Sum sum)
    {
        var segments = superframe.Segments;
        var count = segments.CountIn(superframe.Length);
        if (buffers.Superframes.TryRent() is not { } segment)
        {
            sum.Failures += count;
            return;
        }

        for (var index = 0; index < count; index++)
        {
            var length = SegmentSplitter.Write(superframe.Packet, segments.HeaderLength, segments.Size, index, segment.SetLength(segment.Capacity));
            WritePlain(PinnedMemory.Of(segment), length, ref sum);
        }

        segment.Return();
    }

    private void StopJoining(SegmentKind kind)
    {
        if (kind == SegmentKind.Tcp)
        {
            _joinsTcp = false;
            return;
        }

        _joinsUdp = false;
    }

    // The error number, or 0.
    private int TryWrite(Libc.IoVector* pieces, int count)
    {
        for (var looks = 0; ; looks++)
        {
            if (link == 0 ? Libc.WriteVector(descriptor, pieces, count) >= 0 : SendTo(pieces, count) == 1)
            {
                return 0;
            }

            var error = Libc.LastError;
            if (error == Errno.Interrupted)
            {
                continue;
            }

            if (error != Errno.TryAgain || looks == RoomLooks)
            {
                return error;
            }

            var entry = new Libc.PollEntry { Descriptor = descriptor, Events = Libc.PollOut };
            _ = Libc.Poll(&entry, 1, WaitForRoom);
        }
    }

    // A packet socket wants a link header, of which the loopback looks at the type alone (packet(7)).
    [SkipLocalsInit]
    private int SendTo(Libc.IoVector* pieces, int count)
    {
        const int NameLength = 20;
        var hasHeader = pieces[0].Length > VirtioHeader.Size;
        var isV4 = (hasHeader ? pieces[0].Base[VirtioHeader.Size] : *pieces[1].Base) >> 4 == 4;
        var front = stackalloc byte[VirtioHeader.Size + EthernetLength];
        *(VirtioHeader*)front = (*(VirtioHeader*)pieces[0].Base).BehindLink(EthernetLength);
        new Span<byte>(front + VirtioHeader.Size, EthernetLength).Clear();
        *(ushort*)(front + VirtioHeader.Size + EthernetLength - 2) = isV4 ? EtherTypeV4 : EtherTypeV6;
        var name = stackalloc byte[NameLength];
        new Span<byte>(name, NameLength).Clear();
        *(ushort*)name = SocketNumbers.FamilyPacket;
        *(ushort*)(name + 2) = isV4 ? EtherTypeV4 : EtherTypeV6;
        *(int*)(name + 4) = link;
        var framed = stackalloc Libc.IoVector[SegmentMerger.MaximumPackets + 2];
        framed[0] = new Libc.IoVector { Base = front, Length = VirtioHeader.Size + EthernetLength };
        framed[1] = new Libc.IoVector { Base = pieces[0].Base + VirtioHeader.Size, Length = pieces[0].Length - VirtioHeader.Size };
        new Span<Libc.IoVector>(pieces + 1, count - 1).CopyTo(new Span<Libc.IoVector>(framed + 2, count - 1));
        var message = new Libc.Message { Header = new Libc.MessageHeader { Name = name, NameLength = NameLength, Pieces = framed, PieceCount = (nuint)(count + 1) } };
        return Libc.SendMessages(descriptor, &message, 1, Libc.DontWait);
    }

    // What one batch came to, so that the shared counters are touched once.
    private struct Sum
    {
        public long Packets;
        public long Octets;
        public long Failures;
    }
}
