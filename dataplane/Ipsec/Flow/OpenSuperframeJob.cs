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

/// <summary>Cipher superframes of one inbound SA that arrived together: their packets are opened where they lie, joined per flow across them, judged by window and policy in order, and given to the host in as few pieces as they make.</summary>
public sealed class OpenSuperframeJob : LaneJob
{
    /// <summary>Most ESP packets of a superframe; one of more is taken apart before.</summary>
    public const int MostPackets = 128;

    // Superframes are added while they fit; a sender divides 64 KB of a host into two of them.
    private const int MostSuperframes = 16;
    private const int Capacity = 2 * MostPackets;
    private const int NearAtHand = 16;

    private readonly InboundPath _path;
    private readonly PacketSlice[] _slices = new PacketSlice[Capacity];
    private readonly bool[] _opened = new bool[Capacity];
    private readonly DropReason[] _refusals = new DropReason[Capacity];
    private readonly int[] _innerAt = new int[Capacity];
    private readonly int[] _innerLength = new int[Capacity];
    private readonly OpenedRun[] _runs = new OpenedRun[Capacity];
    private readonly int[] _superframeOf = new int[Capacity];
    private readonly PacketBuffer?[] _superframes = new PacketBuffer?[MostSuperframes];
    private readonly byte[] _outerTos = new byte[MostSuperframes];
    private readonly int[] _longest = new int[MostSuperframes];
    private int _superframeCount;
    private int _bytes;
    private int _count;
    private int _runCount;
    private ServiceClass _class;

    internal OpenSuperframeJob(InboundPath path) => _path = path;

    /// <summary>The SA that opens it.</summary>
    public InboundSa? Sa { get; private set; }

    /// <inheritdoc/>
    public override int Bytes => _bytes;

    /// <inheritdoc/>
    public override int Packets => _count;

    /// <summary>The most important class its packets may be of, as far as it shows before they are opened.</summary>
    public override ServiceClass Class => _class;

    internal void Begin(InboundSa sa)
    {
        Sa = sa;
        (_count, _runCount, _superframeCount, _bytes, _class) = (0, 0, 0, 0, ServiceClass.Unclassified);
    }

    /// <summary>Whether a superframe of so many packets may be added.</summary>
    internal bool HasRoomFor(int packets) => _superframeCount < MostSuperframes && _count + packets <= Capacity;

    /// <summary>Lets go of what was added behind the first <paramref name="packets"/>.</summary>
    internal void Shorten(int packets) => _count = packets;

    /// <summary>Adds the ESP packet that begins at a place of the superframe, or of a packet of its own.</summary>
    internal void Add(PacketBuffer superframe, int at, int length, ulong number)
    {
        // The next packet begins where this one ends.
        _slices[_count] = new PacketSlice(superframe.Memory, superframe.Offset + at, length, number, Room: 0);
        _refusals[_count] = DropReason.None;
        // A dummy is charged as the packet it came in.
        _innerLength[_count] = HeaderLength(superframe, at) + length;
        _superframeOf[_count] = _superframeCount;
        _count++;
    }

    private static int HeaderLength(PacketBuffer superframe, int at) => superframe.Segments.Kind == SegmentKind.None ? at : superframe.Segments.HeaderLength;

    /// <summary>Takes the superframe over, whose packets were all added.</summary>
    internal void Own(PacketBuffer superframe, byte outerTos)
    {
        (_superframes[_superframeCount], _outerTos[_superframeCount]) = (superframe, outerTos);
        _superframeCount++;
        _class = ServiceClasses.MoreImportant(_class, Sa!.ClassOf(outerTos));
        _bytes += superframe.Length;
    }

    /// <summary>Gives everything back unopened and counts it; its SA went away before the job had a place in the lane.</summary>
    internal void Abandon(DropReason reason)
    {
        ReturnSuperframes();
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

        ReturnSuperframes();
        _path.EndDelivery(turn);
        _path.Recycle(this);
    }

    private Span<byte> Inner(int index) => _slices[index].Memory.AsSpan(_innerAt[index], _innerLength[index]);

    private DropReason Unwrap(ref EspUnwrapper unwrapper, InboundSa sa, int index)
    {
        ref readonly var slice = ref _slices[index];
        var lead = EspView.HeaderLength + sa.Geometry.IvLength;
        var refusal = unwrapper.LeaveTunnel(slice.Packet[lead..^sa.Geometry.IcvLength], _outerTos[_superframeOf[index]], out var length);
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

        sa.Learn(run.Flow, view.Tos);
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

    // Of the runs that begin in a superframe the longest stays in its buffer, the others move out.
    private void Place()
    {
        _longest.AsSpan().Fill(-1);
        for (var i = 0; i < _runCount; i++)
        {
            ref var longest = ref _longest[_superframeOf[_runs[i].First]];
            longest = longest < 0 || _runs[i].Length > _runs[longest].Length ? i : longest;
        }

        for (var i = 0; i < _runCount; i++)
        {
            ref var run = ref _runs[i];
            var superframe = _superframeOf[run.First];
            if (_longest[superframe] == i && _innerAt[run.First] + run.Length <= _superframes[superframe]!.Memory.Length)
            {
                Stay(ref run, ref _superframes[superframe]);
            }
            else
            {
                MoveOut(ref run);
            }

            if (run.Buffer is { } buffer)
            {
                buffer.Segments = run.Segments;
            }
        }
    }

    // What continues in the next superframe comes over, behind the packets of this one.
    private void Stay(ref OpenedRun run, ref PacketBuffer? superframe)
    {
        CloseUp(run, superframe!.Memory.AsSpan(_innerAt[run.First]));
        superframe.SetWindow(_innerAt[run.First], run.Length);
        run.Buffer = superframe;
        superframe = null;
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

    private void ReturnSuperframes()
    {
        for (var i = 0; i < _superframeCount; i++)
        {
            _superframes[i]?.Return();
            _superframes[i] = null;
        }
    }
}
