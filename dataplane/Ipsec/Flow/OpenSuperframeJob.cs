using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>One cipher superframe of one inbound SA: its packets are opened where they lie, joined per flow, judged by window and policy in order, and given to the host in as few pieces as they make.</summary>
public sealed class OpenSuperframeJob : LaneJob
{
    /// <summary>Most ESP packets of a superframe; one of more is taken apart before.</summary>
    public const int MostPackets = 128;

    private const int NearAtHand = 16;

    private readonly InboundPath _path;
    private readonly PacketSlice[] _slices = new PacketSlice[MostPackets];
    private readonly bool[] _opened = new bool[MostPackets];
    private readonly DropReason[] _refusals = new DropReason[MostPackets];
    private readonly int[] _innerAt = new int[MostPackets];
    private readonly int[] _innerLength = new int[MostPackets];
    private readonly OpenedRun[] _runs = new OpenedRun[MostPackets];
    private PacketBuffer? _superframe;
    private byte _outerTos;
    private int _bytes;
    private int _count;
    private int _runCount;

    internal OpenSuperframeJob(InboundPath path) => _path = path;

    /// <summary>The SA that opens it.</summary>
    public InboundSa? Sa { get; private set; }

    /// <inheritdoc/>
    public override int Bytes => _bytes;

    /// <inheritdoc/>
    public override int Packets => _count;

    internal void Begin(InboundSa sa)
    {
        Sa = sa;
        (_count, _runCount, _superframe) = (0, 0, null);
    }

    /// <summary>Adds the ESP packet at a place in the superframe's memory.</summary>
    internal void Add(PacketBuffer superframe, int at, int length, ulong number)
    {
        // The next packet begins where this one ends.
        _slices[_count] = new PacketSlice(superframe.Memory, at, length, number, Room: 0);
        _refusals[_count] = DropReason.None;
        // A dummy is charged as the packet it came in.
        _innerLength[_count] = superframe.Segments.HeaderLength + length;
        _count++;
    }

    /// <summary>Takes the superframe over, whose packets were all added.</summary>
    internal void Own(PacketBuffer superframe, byte outerTos) => (_superframe, _outerTos, _bytes) = (superframe, outerTos, superframe.Length);

    /// <summary>Gives everything back unopened and counts it; its SA went away before the job had a place in the lane.</summary>
    internal void Abandon(DropReason reason)
    {
        ReturnSuperframe();
        for (var i = 0; i < _count; i++)
        {
            _path.Drop(reason);
        }
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var sa = Sa!;
        var unwrapper = new EspUnwrapper(sa);
        for (var first = 0; first < _count; first += NearAtHand)
        {
            var end = Math.Min(first + NearAtHand, _count);
            sa.Transform.Cipher.OpenMany(_slices.AsSpan(first, end - first), _opened.AsSpan(first, end - first));
            for (var i = first; i < end; i++)
            {
                _refusals[i] = _opened[i] ? Unwrap(ref unwrapper, sa, i) : DropReason.IntegrityFailed;
            }
        }

        for (var i = 0; i < _count;)
        {
            i = Join(sa, i);
        }

        Place();
    }

    /// <inheritdoc/>
    public override void Deliver()
    {
        var sa = Sa!;
        var turn = _path.BeginDelivery();
        Judge(sa);
        for (var i = 0; i < _runCount; i++)
        {
            Deliver(ref _runs[i], turn);
        }

        ReturnSuperframe();
        _path.EndDelivery(turn);
        _path.Recycle(this);
    }

    private Span<byte> Inner(int index) => _slices[index].Memory.AsSpan(_innerAt[index], _innerLength[index]);

    private DropReason Unwrap(ref EspUnwrapper unwrapper, InboundSa sa, int index)
    {
        ref readonly var slice = ref _slices[index];
        var lead = EspView.HeaderLength + sa.Geometry.IvLength;
        var refusal = unwrapper.LeaveTunnel(slice.Packet[lead..^sa.Geometry.IcvLength], _outerTos, out var length, out _);
        if (refusal == DropReason.None)
        {
            (_innerAt[index], _innerLength[index]) = (slice.Offset + lead, length);
        }

        return refusal;
    }

    // The packet and those behind it that continue it; gives the index behind them.
    private int Join(InboundSa sa, int index)
    {
        if (_refusals[index] != DropReason.None)
        {
            return index + 1;
        }

        var packet = Inner(index);
        ref var run = ref _runs[_runCount];
        if (!IpPacketView.TryView(packet, out var view) || !FlowKey.TryRead(view, out run.Flow))
        {
            _refusals[index] = DropReason.BadInnerPacket;
            return index + 1;
        }

        if (!sa.Carries(run.Flow, view.IsLaterFragment))
        {
            _refusals[index] = DropReason.SelectorMismatch;
            return index + 1;
        }

        (run.First, run.Count, run.Length, run.IsFragment, run.Segments, run.Buffer) = (index, 1, packet.Length, view.IsFragment, Segmentation.None, null);
        _runCount++;
        if (!SegmentRun.TryBegin(packet, out var joined))
        {
            return index + 1;
        }

        for (var next = index + 1; next < _count && _refusals[next] == DropReason.None && joined.TryJoin(Inner(next), MostPackets); next++)
        {
        }

        if (joined.Count > 1)
        {
            joined.WriteFlags();
            (run.Count, run.Length) = (joined.Count, joined.Length);
            run.Segments = new Segmentation(joined.IsTcp ? SegmentKind.Tcp : SegmentKind.Udp, (ushort)joined.Size, (ushort)joined.HeaderLength, IsChecksumMissing: true);
        }

        return index + run.Count;
    }

    // The longest run stays in the superframe's buffer, the others move out.
    private void Place()
    {
        var longest = 0;
        for (var i = 1; i < _runCount; i++)
        {
            longest = _runs[i].Length > _runs[longest].Length ? i : longest;
        }

        for (var i = 0; i < _runCount; i++)
        {
            ref var run = ref _runs[i];
            if (i == longest)
            {
                CloseUp(run, _superframe!.Memory.AsSpan(_innerAt[run.First]));
                _superframe.SetWindow(_innerAt[run.First], run.Length);
                run.Buffer = _superframe;
                _superframe = null;
                continue;
            }

            MoveOut(ref run);
        }

        for (var i = 0; i < _runCount; i++)
        {
            if (_runs[i].Buffer is { } buffer)
            {
                buffer.Segments = _runs[i].Segments;
            }
        }
    }

    private void MoveOut(ref OpenedRun run)
    {
        run.Buffer = _path.Rent(run.Length);
        if (run.Buffer is null)
        {
            for (var i = run.First; i < run.First + run.Count; i++)
            {
                _refusals[i] = DropReason.NoBuffer;
            }

            return;
        }

        Inner(run.First).CopyTo(run.Buffer.SetLength(run.Length));
        CloseUp(run, run.Buffer.Packet);
    }

    // Payload after payload behind the first packet, which is in place.
    private void CloseUp(in OpenedRun run, Span<byte> target)
    {
        var at = _innerLength[run.First];
        for (var i = run.First + 1; i < run.First + run.Count; i++)
        {
            var payload = Inner(i)[run.Segments.HeaderLength..];
            payload.CopyTo(target[at..]);
            at += payload.Length;
        }
    }

    // 9 replay: only an authentic packet moves the window (RFC 4303 §3.4.3), so a forged number cannot close it.
    private void Judge(InboundSa sa)
    {
        var (accepted, bytes, isSpent) = (0, 0L, false);
        for (var i = 0; i < _count; i++)
        {
            var refusal = Faulted ? DropReason.EngineFault : _refusals[i];
            if (refusal is not (DropReason.IntegrityFailed or DropReason.EngineFault) && !sa.Window.TryAccept(_slices[i].Sequence))
            {
                refusal = DropReason.Replayed;
            }

            if (refusal == DropReason.None && !sa.Lifetime.Allows((ulong)(sa.Counters.Packets + accepted + 1), (ulong)(sa.Counters.Bytes + bytes + _innerLength[i])))
            {
                (refusal, isSpent) = (DropReason.LifetimeExpired, true);
            }

            if (refusal is DropReason.None or DropReason.Dummy)
            {
                accepted++;
                bytes += _innerLength[i];
            }

            _refusals[i] = refusal;
            Count(sa, refusal);
        }

        sa.Counters.Charge(accepted, bytes);
        var seen = sa.Lifetime.Look((ulong)sa.Counters.Packets, (ulong)sa.Counters.Bytes);
        _path.Tell(sa.Model, isSpent && seen != LifetimeWatch.Event.Hard ? sa.Lifetime.Exhaust() : seen);
    }

    private void Deliver(ref OpenedRun run, InboundTurn turn)
    {
        if (run.Buffer is not { } buffer)
        {
            return;
        }

        run.Buffer = null;
        if (IsWhole(run) && (run.Count == 1 || !_path.IsLayer(run.Flow)))
        {
            Hand(buffer, run, turn);
            return;
        }

        // A packet of the run was refused, or each is one more layer of ESP: they go their own ways.
        for (var i = 0; i < run.Count; i++)
        {
            if (_refusals[run.First + i] == DropReason.None)
            {
                HandAlone(buffer, run, i, turn);
            }
        }

        buffer.Return();
    }

    private bool IsWhole(in OpenedRun run) => !_refusals.AsSpan(run.First, run.Count).ContainsAnyExcept(DropReason.None);

    private void HandAlone(PacketBuffer superframe, in OpenedRun run, int index, InboundTurn turn)
    {
        if (_path.Rent(run.Segments.HeaderLength + run.Segments.Size) is not { } packet)
        {
            Count(Sa!, DropReason.NoBuffer);
            return;
        }

        packet.TrimTo(SegmentSplitter.Write(superframe.Packet, run.Segments.HeaderLength, run.Segments.Size, index, packet.SetLength(packet.Capacity)));
        Hand(packet, run, turn);
    }

    private void Hand(PacketBuffer buffer, in OpenedRun run, InboundTurn turn)
    {
        buffer.Trail = default;
        var packets = buffer.Segments.CountIn(buffer.Length);
        var refusal = buffer.Trail.TryAdd(Sa!.TrailMark) ? _path.Place(buffer, run.Flow, run.IsFragment, turn, out _) : DropReason.NestedTooDeeply;
        if (refusal == DropReason.None)
        {
            return;
        }

        buffer.Return();
        for (var i = 0; i < packets; i++)
        {
            Count(Sa!, refusal);
        }
    }

    private void Count(InboundSa sa, DropReason reason)
    {
        if (reason == DropReason.None)
        {
            return;
        }

        _path.Drop(reason);
        if (!DropReasons.IsExpected(reason))
        {
            sa.Counters.Refuse(reason);
        }
    }

    private void ReturnSuperframe()
    {
        _superframe?.Return();
        _superframe = null;
    }
}
