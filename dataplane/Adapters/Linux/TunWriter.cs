using System.Runtime.CompilerServices;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Adapters.Linux;

/// <summary>The sending half of a TUN queue, used by any number of threads: packets that follow one another in a flow enter the kernel as one superframe, gathered from where they lie.</summary>
internal sealed unsafe class TunWriter(int descriptor, PortBuffers buffers, PortCounters counters, TunOffloads offloads)
{
    // Extension headers of an injected superframe included; the kernel takes no more linear header than this anyway.
    private const int ScratchHeader = 512;
    private const int WaitForRoom = 20;
    private const int RoomLooks = 5;

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
    public void Write(PacketBatch batch)
    {
        var sum = default(Sum);
        for (var i = 0; i < batch.Count;)
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

            var count = SegmentMerger.CountRun(batch, i, _joinsTcp, _joinsUdp, out var segments);
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
            if (Libc.WriteVector(descriptor, pieces, count) >= 0)
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

    // What one batch came to, so that the shared counters are touched once.
    private struct Sum
    {
        public long Packets;
        public long Octets;
        public long Failures;
    }
}
