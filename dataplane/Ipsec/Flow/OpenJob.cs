using System.Runtime.CompilerServices;
using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Ah;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Protected packets of one inbound SA: opened on an engine, judged by window and policy in order, given to the host.</summary>
public sealed class OpenJob : LaneJob
{
    /// <summary>Most packets that go in.</summary>
    public const int Capacity = 64;

    private readonly InboundPath _path;
    private readonly PacketBatch _packets = new(Capacity);
    private readonly OpenEntry[] _entries = new OpenEntry[Capacity];
    private readonly FlowKey[] _flows = new FlowKey[Capacity];
    private readonly PacketSlice[] _slices = new PacketSlice[Capacity];
    private readonly bool[] _opened = new bool[Capacity];
    private int _count;
    private int _bytes;
    private bool _isOneFlow;
    private ServiceClass _class;

    internal OpenJob(InboundPath path) => _path = path;

    /// <summary>The SA that opens it.</summary>
    public InboundSa? Sa { get; private set; }

    /// <inheritdoc/>
    public override int Bytes => _bytes;

    /// <inheritdoc/>
    public override int Packets => _count;

    /// <summary>The most important class its packets may be of, as far as it shows before they are opened.</summary>
    public override ServiceClass Class => _class;

    /// <summary>Whether another packet may be added.</summary>
    public bool HasRoom => _count < Capacity;

    /// <summary>The entries of packets that may still be added.</summary>
    internal Span<OpenEntry> Free => _entries.AsSpan(_count);

    internal void Begin(InboundSa sa)
    {
        Sa = sa;
        (_count, _bytes, _class) = (0, 0, ServiceClass.Unclassified);
    }

    internal void Add(PacketBuffer packet, int headerAt, ulong number, ServiceClass serviceClass)
    {
        _class = ServiceClasses.MoreImportant(_class, serviceClass);
        _entries[_count++] = new OpenEntry { Number = number, HeaderAt = headerAt, Length = packet.Length };
        _packets.Add(packet);
        _bytes += packet.Length;
    }

    /// <summary>Moves neighbours of a batch, of so many octets in all and with their entries written, into the job, which owns them from here on.</summary>
    internal void AddRun(PacketBatch batch, int index, int count, int bytes, ServiceClass serviceClass)
    {
        _class = ServiceClasses.MoreImportant(_class, serviceClass);
        _packets.TakeRun(batch, index, count);
        _count += count;
        _bytes += bytes;
    }

    /// <summary>Gives everything back unopened and counts it; its SA went away before the job had a place in the lane.</summary>
    internal void Abandon(DropReason reason)
    {
        for (var i = 0; i < _count; i++)
        {
            _packets.Take(i)!.Return();
            _path.Drop(reason);
        }

        _packets.Shorten(0);
        _count = 0;
    }

    /// <inheritdoc/>
    public override void Fetch() => _packets.Fetch();

    /// <inheritdoc/>
    public override void Run()
    {
        var sa = Sa!;
        _isOneFlow = false;
        if (sa.Model.Protocol == SaProtocol.Esp)
        {
            OpenEsp(sa);
        }
        else
        {
            for (var i = 0; i < _count; i++)
            {
                ref var entry = ref _entries[i];
                entry.Refusal = AhVerifier.Open(_packets[i]!, sa, entry.Number, entry.HeaderAt);
                Inspect(sa, i);
            }
        }
    }

    /// <inheritdoc/>
    public override void Deliver()
    {
        var sa = Sa!;
        var turn = _path.BeginDelivery();
        var isFarFromLimit = sa.Lifetime.Allows((ulong)(sa.Counters.Packets + _count), (ulong)(sa.Counters.Bytes + _bytes));
        var isSpent = false;
        if (_isOneFlow && isFarFromLimit && !Faulted && sa.Window.TryAcceptRun(_entries[0].Number, _count))
        {
            DeliverRun(sa, turn);
        }
        else
        {
            isSpent = DeliverEach(sa, turn, isFarFromLimit);
        }

        _packets.Shorten(0);
        var seen = sa.Lifetime.Look((ulong)sa.Counters.Packets, (ulong)sa.Counters.Bytes);
        _path.Tell(sa.Model, isSpent && seen != LifetimeWatch.Event.Hard ? sa.Lifetime.Exhaust() : seen);
        _path.EndDelivery(turn);
        _path.Recycle(this);
    }

    // The window has taken them all; what policy says of the first mostly holds for the others.
    private void DeliverRun(InboundSa sa, InboundTurn turn)
    {
        var (mark, bytes) = (sa.TrailMark, 0);
        foreach (var packet in _packets.Slots)
        {
            packet!.Trail.TryAdd(mark);
            bytes += packet.Length;
        }

        var agreed = -1;
        for (var i = 0; i < _count; i++)
        {
            if (agreed >= 0)
            {
                turn.InjectRun(_packets, i, _count - i);
                break;
            }

            var packet = _packets.Take(i)!;
            if (PlaceFirst(packet, _entries[i].FlowOf, turn, ref agreed) is var refusal and not DropReason.None)
            {
                packet.Return();
                Count(sa, refusal);
            }
        }

        sa.Counters.Charge(_count, bytes);
    }

    // Whether the SA's limits refused a packet.
    private bool DeliverEach(InboundSa sa, InboundTurn turn, bool isFarFromLimit)
    {
        var (accepted, bytes, isSpent, agreed) = (0, 0L, false, -1);
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _entries[i];
            var packet = _packets.Take(i)!;
            var refusal = Judge(sa, packet, entry);
            if (refusal == DropReason.None && !isFarFromLimit && !sa.Lifetime.Allows((ulong)(sa.Counters.Packets + accepted + 1), (ulong)(sa.Counters.Bytes + bytes + entry.Length)))
            {
                refusal = DropReason.LifetimeExpired;
                isSpent = true;
            }

            if (refusal is DropReason.None or DropReason.Dummy)
            {
                accepted++;
                bytes += entry.Length;
            }

            if (refusal == DropReason.None)
            {
                refusal = Place(packet, entry.FlowOf, turn, ref agreed);
            }

            if (refusal != DropReason.None)
            {
                packet.Return();
                Count(sa, refusal);
            }
        }

        sa.Counters.Charge(accepted, bytes);
        return isSpent;
    }

    // 9 replay: only an authentic packet moves the window (RFC 4303 §3.4.3), so a forged number cannot close it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason Judge(InboundSa sa, PacketBuffer packet, in OpenEntry entry)
    {
        var refusal = Faulted ? DropReason.EngineFault : entry.Refusal;
        if (refusal is DropReason.IntegrityFailed or DropReason.EngineFault)
        {
            return refusal;
        }

        if (!sa.Window.TryAccept(entry.Number))
        {
            return DropReason.Replayed;
        }

        if (refusal != DropReason.None)
        {
            return refusal;
        }

        return packet.Trail.TryAdd(sa.TrailMark) ? DropReason.None : DropReason.NestedTooDeeply;
    }

    // What policy says of a packet holds for the others of its flow in this job that came the same way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason Place(PacketBuffer packet, int flow, InboundTurn turn, ref int agreed)
    {
        if (flow == agreed && packet.Trail.Depth == 1)
        {
            turn.Inject(packet);
            return DropReason.None;
        }

        return PlaceFirst(packet, flow, turn, ref agreed);
    }

    private DropReason PlaceFirst(PacketBuffer packet, int flow, InboundTurn turn, ref int agreed)
    {
        var isFragment = _entries[flow].IsFragment;
        var isSingle = packet.Trail.Depth == 1 && !isFragment;
        var refusal = _path.Place(packet, _flows[flow], isFragment, turn, out var isFollowed);
        agreed = isFollowed && isSingle ? flow : agreed;
        return refusal;
    }

    private void OpenEsp(InboundSa sa)
    {
        var packets = _packets.Slots;
        var entries = _entries.AsSpan(0, packets.Length);
        var slices = _slices.AsSpan(0, packets.Length);
        var opened = _opened.AsSpan(0, packets.Length);
        for (var i = 0; i < packets.Length; i++)
        {
            var packet = packets[i]!;
            ref readonly var entry = ref entries[i];
            slices[i] = new PacketSlice(packet.Memory, packet.Offset + entry.HeaderAt, packet.Length - entry.HeaderAt, entry.Number);
        }

        sa.Transform.Cipher.OpenMany(slices, opened);
        var unwrapper = new EspUnwrapper(sa);
        var (flow, run) = (-1, 0);
        for (var i = 0; i < packets.Length; i += run + 1)
        {
            flow = Unwrap(ref unwrapper, sa, i, flow);
            run = flow < 0 ? 0 : unwrapper.UnwrapRun(packets[i..], opened[i..], entries[i..], flow);
        }

        // All of them behind the first.
        _isOneFlow = flow == 0 && run == _count - 1 && packets[0]!.Trail.Depth == 0;
    }

    // The packet whose flow the next may share, or -1.
    private int Unwrap(ref EspUnwrapper unwrapper, InboundSa sa, int index, int flow)
    {
        ref var entry = ref _entries[index];
        if (!_opened[index])
        {
            entry.Refusal = DropReason.IntegrityFailed;
            return flow;
        }

        var packet = _packets[index]!;
        entry.Refusal = unwrapper.Unwrap(packet, entry.HeaderAt, out var isAlike);
        if (isAlike && flow >= 0)
        {
            (entry.FlowOf, entry.Length) = (flow, packet.Length);
            return flow;
        }

        Inspect(sa, index);
        return entry is { Refusal: DropReason.None, IsFragment: false } ? index : -1;
    }

    // Policy and selectors look at the packet inside; it is read here, where engines work side by side.
    private void Inspect(InboundSa sa, int index)
    {
        ref var entry = ref _entries[index];
        if (entry.Refusal != DropReason.None)
        {
            return;
        }

        var packet = _packets[index]!;
        if (!IpPacketView.TryView(packet.Packet, out var view) || !FlowKey.TryRead(view, out _flows[index]))
        {
            entry.Refusal = DropReason.BadInnerPacket;
            return;
        }

        sa.Learn(_flows[index], view.Tos);
        (entry.FlowOf, entry.IsFragment, entry.Length) = (index, view.IsFragment, packet.Length);
        if (!sa.Carries(_flows[index], view.IsLaterFragment))
        {
            entry.Refusal = DropReason.SelectorMismatch;
        }
    }

    private void Count(InboundSa sa, DropReason reason)
    {
        _path.Drop(reason);
        if (!DropReasons.IsExpected(reason))
        {
            sa.Counters.Refuse(reason);
        }
    }
}
