using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What the opened packets of a job make: those of one flow that follow one another become one superframe for the host, across the cipher superframes they came in.</summary>
/// <remarks>Each is summed and moved up to the one before while it lies in the nearest cache, right after it was opened: a job is several times as large as that.</remarks>
internal sealed class OpenedRuns(SuperframePackets packets, InboundPath path)
{
    private readonly OpenedRun[] _runs = new OpenedRun[SuperframePackets.Capacity];

    // Of the runs that lie in a superframe the longest; -1 where none does.
    private readonly int[] _longest = new int[SuperframePackets.MostSuperframes];

    /// <summary>Runs.</summary>
    public int Count { get; private set; }

    /// <summary>A run.</summary>
    public ref OpenedRun this[int index] => ref _runs[index];

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        Count = 0;
        _longest.AsSpan().Fill(-1);
    }

    /// <summary>Takes the next packet, which is unwrapped or refused; <paramref name="joined"/> is what those before it have been joined to, empty at first.</summary>
    public void Take(int index, InboundSa sa, ref SegmentRun joined)
    {
        ref var refusal = ref packets.Refusals[index];
        if (refusal == DropReason.None)
        {
            var packet = packets.Inner(index);
            if (joined.Count > 0 && joined.MayJoin(packet, OpenSuperframeJob.MostPackets) && TryFit(ref joined, packet.Length - joined.HeaderLength))
            {
                joined.Join(packet);
                Append(packet[joined.HeaderLength..]);
                return;
            }
        }

        End(ref joined);
        if (refusal == DropReason.None)
        {
            refusal = Begin(index, sa, ref joined);
        }
    }

    /// <summary>Ends the last run, and gives each run its buffer: of those that lie in a superframe the longest stays there, the others move out.</summary>
    public void Close(ref SegmentRun joined)
    {
        End(ref joined);
        for (var i = 0; i < Count; i++)
        {
            ref var run = ref _runs[i];
            var superframe = packets.SuperframeOf(run.First);
            if (run.Buffer is null && _longest[superframe] == i)
            {
                run.Buffer = packets.Take(superframe);
                run.Buffer.SetWindow(run.At, run.Length);
            }
            else if (run.Buffer is not null || TryMoveOut(ref run, run.Length))
            {
                run.Buffer!.SetLength(run.Length);
            }
            else
            {
                packets.Refusals.Slice(run.First, run.Count).Fill(DropReason.NoBuffer);
                continue;
            }

            run.Buffer.Segments = run.Segments;
        }
    }

    private DropReason Begin(int index, InboundSa sa, ref SegmentRun joined)
    {
        ref var run = ref _runs[Count];
        var packet = packets.Inner(index);
        if (!IpPacketView.TryView(packet, out var view) || !FlowKey.TryRead(view, out run.Flow))
        {
            return DropReason.BadInnerPacket;
        }

        if (!sa.Carries(run.Flow, view.IsLaterFragment))
        {
            return DropReason.SelectorMismatch;
        }

        sa.Learn(run.Flow, view.Tos);
        (run.First, run.Count, run.Length, run.IsFragment, run.Segments, run.Buffer) = (index, 1, packet.Length, view.IsFragment, Segmentation.None, null);
        run.At = Lay(index);
        Count++;
        _ = SegmentRun.TryBegin(packets.Inner(index), out joined);
        return DropReason.None;
    }

    // Where nothing lies in the superframe any more, because the packets before went to the run of an earlier one, its front has room for the longest run there is.
    private int Lay(int index)
    {
        var at = packets.PlaceOf(index);
        var memory = packets.MemoryAround(index);
        if (_longest[packets.SuperframeOf(index)] >= 0 || at + Ipv4View.MaximumLength <= memory.Length)
        {
            return at;
        }

        var packet = packets.Inner(index);
        packet.CopyTo(memory.AsSpan(PacketBuffer.Headroom));
        packets.Place(index, PacketBuffer.Headroom, packet.Length);
        return PacketBuffer.Headroom;
    }

    private bool TryFit(ref SegmentRun joined, int octets)
    {
        ref var run = ref _runs[Count - 1];
        if (run.At + run.Length + octets <= MemoryOf(run).Length)
        {
            return true;
        }

        if (!TryMoveOut(ref run, Ipv4View.MaximumLength))
        {
            return false;
        }

        joined.Move(run.Buffer!.Memory.AsSpan(run.At, run.Length));
        return true;
    }

    private bool TryMoveOut(ref OpenedRun run, int capacity)
    {
        if (path.Rent(capacity) is not { } buffer)
        {
            return false;
        }

        MemoryOf(run).AsSpan(run.At, run.Length).CopyTo(buffer.SetLength(run.Length));
        (run.Buffer, run.At) = (buffer, buffer.Offset);
        return true;
    }

    private void Append(ReadOnlySpan<byte> payload)
    {
        ref var run = ref _runs[Count - 1];
        payload.CopyTo(MemoryOf(run).AsSpan(run.At + run.Length));
        run.Length += payload.Length;
        run.Count++;
    }

    private void End(ref SegmentRun joined)
    {
        if (joined.Count > 1)
        {
            joined.WriteFlags();
            _runs[Count - 1].Segments = new Segmentation(joined.IsTcp ? SegmentKind.Tcp : SegmentKind.Udp, (ushort)joined.Size, (ushort)joined.HeaderLength, IsChecksumMissing: true);
        }

        joined = default;
        if (Count == 0)
        {
            return;
        }

        ref var run = ref _runs[Count - 1];
        if (run.Buffer is null)
        {
            ref var longest = ref _longest[packets.SuperframeOf(run.First)];
            longest = longest < 0 || run.Length > _runs[longest].Length ? Count - 1 : longest;
        }
    }

    private byte[] MemoryOf(in OpenedRun run) => run.Buffer is { } buffer ? buffer.Memory : packets.MemoryAround(run.First);
}
