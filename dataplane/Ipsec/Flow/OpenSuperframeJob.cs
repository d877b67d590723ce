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

    private const int NearAtHand = 16;

    private readonly InboundPath _path;
    private readonly SuperframePackets _packets = new();
    private readonly OpenedRuns _runs;
    private ServiceClass _class;

    internal OpenSuperframeJob(InboundPath path)
    {
        _path = path;
        _runs = new OpenedRuns(_packets, path);
    }

    /// <summary>The SA that opens it.</summary>
    public InboundSa? Sa { get; private set; }

    /// <inheritdoc/>
    public override int Bytes => _packets.Bytes;

    /// <inheritdoc/>
    public override int Packets => _packets.Count;

    /// <summary>The most important class its packets may be of, as far as it shows before they are opened.</summary>
    public override ServiceClass Class => _class;

    internal void Begin(InboundSa sa)
    {
        (Sa, _class) = (sa, ServiceClass.Unclassified);
        _packets.Clear();
        _runs.Clear();
    }

    /// <summary>Whether a superframe of so many packets may be added.</summary>
    internal bool HasRoomFor(int packets) => _packets.HasRoomFor(packets);

    /// <summary>Lets go of what was added behind the first <paramref name="packets"/>.</summary>
    internal void Shorten(int packets) => _packets.Shorten(packets);

    /// <summary>Adds the ESP packet that begins at a place of the superframe, or of a packet of its own.</summary>
    internal void Add(PacketBuffer superframe, int at, int length, ulong number) => _packets.Add(superframe, at, length, number);

    /// <summary>Takes the superframe over, whose packets were all added.</summary>
    internal void Own(PacketBuffer superframe, byte outerTos)
    {
        _packets.Own(superframe, outerTos);
        _class = ServiceClasses.MoreImportant(_class, Sa!.ClassOf(outerTos));
    }

    /// <summary>Gives everything back unopened and counts it; its SA went away before the job had a place in the lane.</summary>
    internal void Abandon(DropReason reason)
    {
        _packets.Return();
        for (var i = 0; i < _packets.Count; i++)
        {
            _path.Drop(reason);
        }
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var sa = Sa!;
        var unwrapper = new EspUnwrapper(sa);
        var opened = _packets.Opened;
        var refusals = _packets.Refusals;
        SegmentRun joined = default;
        for (var first = 0; first < _packets.Count; first += NearAtHand)
        {
            var end = Math.Min(first + NearAtHand, _packets.Count);
            sa.Transform.Cipher.OpenMany(_packets.Slices[first..end], opened[first..end]);
            for (var i = first; i < end; i++)
            {
                refusals[i] = opened[i] ? Unwrap(ref unwrapper, sa, i) : DropReason.IntegrityFailed;
                _runs.Take(i, sa, ref joined);
            }
        }

        _runs.Close(ref joined);
    }

    /// <inheritdoc/>
    public override void Deliver()
    {
        var sa = Sa!;
        var turn = _path.BeginDelivery();
        Judge(sa);
        for (var i = 0; i < _runs.Count; i++)
        {
            Deliver(ref _runs[i], turn);
        }

        _packets.Return();
        _path.EndDelivery(turn);
        _path.Recycle(this);
    }

    private DropReason Unwrap(ref EspUnwrapper unwrapper, InboundSa sa, int index)
    {
        var slice = _packets.Slices[index];
        var lead = EspView.HeaderLength + sa.Geometry.IvLength;
        var refusal = unwrapper.LeaveTunnel(slice.Packet[lead..^sa.Geometry.IcvLength], _packets.OuterTosOf(index), out var length);
        if (refusal == DropReason.None)
        {
            _packets.Place(index, slice.Offset + lead, length);
        }

        return refusal;
    }

    // 9 replay: only an authentic packet moves the window (RFC 4303 §3.4.3), so a forged number cannot close it.
    private void Judge(InboundSa sa)
    {
        var (accepted, bytes, isSpent) = (0, 0L, false);
        var slices = _packets.Slices;
        var refusals = _packets.Refusals;
        var lengths = _packets.Lengths;
        for (var i = 0; i < refusals.Length; i++)
        {
            var refusal = Faulted ? DropReason.EngineFault : refusals[i];
            if (refusal is not (DropReason.IntegrityFailed or DropReason.EngineFault) && !sa.Window.TryAccept(slices[i].Sequence))
            {
                refusal = DropReason.Replayed;
            }

            if (refusal == DropReason.None && !sa.Lifetime.Allows((ulong)(sa.Counters.Packets + accepted + 1), (ulong)(sa.Counters.Bytes + bytes + lengths[i])))
            {
                (refusal, isSpent) = (DropReason.LifetimeExpired, true);
            }

            if (refusal is DropReason.None or DropReason.Dummy)
            {
                accepted++;
                bytes += lengths[i];
            }

            refusals[i] = refusal;
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
            if (_packets.Refusals[run.First + i] == DropReason.None)
            {
                HandAlone(buffer, run, i, turn);
            }
        }

        buffer.Return();
    }

    private bool IsWhole(in OpenedRun run) => !_packets.Refusals.Slice(run.First, run.Count).ContainsAnyExcept(DropReason.None);

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
}
