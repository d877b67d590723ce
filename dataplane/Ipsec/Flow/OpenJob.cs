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

    // Packets opened in one go and then unwrapped while they still lie in the nearest cache; twice what CBC interleaves.
    private const int NearAtHand = 16;

    private readonly InboundPath _path;
    private readonly PacketBuffer?[] _packets = new PacketBuffer?[Capacity];
    private readonly int[] _headerAt = new int[Capacity];
    private readonly ulong[] _numbers = new ulong[Capacity];
    private readonly int[] _lengths = new int[Capacity];
    private readonly DropReason[] _refusals = new DropReason[Capacity];
    private readonly FlowKey[] _flows = new FlowKey[Capacity];
    // The packet of the job whose flow a packet has: itself, or one before it.
    private readonly int[] _flowOf = new int[Capacity];
    private readonly bool[] _isFragment = new bool[Capacity];
    private readonly PacketSlice[] _slices = new PacketSlice[Capacity];
    private readonly bool[] _opened = new bool[Capacity];
    private int _count;
    private int _bytes;

    internal OpenJob(InboundPath path) => _path = path;

    /// <summary>The SA that opens it.</summary>
    public InboundSa? Sa { get; private set; }

    /// <inheritdoc/>
    public override int Bytes => _bytes;

    /// <inheritdoc/>
    public override int Packets => _count;

    /// <summary>Whether another packet may be added.</summary>
    public bool HasRoom => _count < Capacity;

    internal void Begin(InboundSa sa)
    {
        Sa = sa;
        (_count, _bytes) = (0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(PacketBuffer packet, int headerAt, ulong number)
    {
        _packets[_count] = packet;
        _headerAt[_count] = headerAt;
        _numbers[_count] = number;
        _lengths[_count] = packet.Length;
        _refusals[_count] = DropReason.None;
        _count++;
        _bytes += packet.Length;
    }

    /// <summary>Gives everything back unopened and counts it; its SA went away before the job had a place in the lane.</summary>
    internal void Abandon(DropReason reason)
    {
        for (var i = 0; i < _count; i++)
        {
            _packets[i]!.Return();
            _packets[i] = null;
            _path.Drop(reason);
        }

        _count = 0;
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var sa = Sa!;
        if (sa.Model.Protocol == SaProtocol.Esp)
        {
            OpenEsp(sa);
        }
        else
        {
            for (var i = 0; i < _count; i++)
            {
                _refusals[i] = AhVerifier.Open(_packets[i]!, sa, _numbers[i], _headerAt[i]);
                Inspect(sa, i);
            }
        }
    }

    /// <inheritdoc/>
    public override void Deliver()
    {
        var sa = Sa!;
        var turn = _path.BeginDelivery();
        var (accepted, bytes, isSpent, agreed) = (0, 0L, false, -1);
        var isFarFromLimit = sa.Lifetime.Allows((ulong)(sa.Counters.Packets + _count), (ulong)(sa.Counters.Bytes + _bytes));
        for (var i = 0; i < _count; i++)
        {
            var packet = _packets[i]!;
            _packets[i] = null;
            var refusal = Judge(sa, packet, i);
            if (refusal == DropReason.None && !isFarFromLimit && !sa.Lifetime.Allows((ulong)(sa.Counters.Packets + accepted + 1), (ulong)(sa.Counters.Bytes + bytes + _lengths[i])))
            {
                refusal = DropReason.LifetimeExpired;
                isSpent = true;
            }

            if (refusal is DropReason.None or DropReason.Dummy)
            {
                accepted++;
                bytes += _lengths[i];
            }

            if (refusal == DropReason.None)
            {
                refusal = Place(packet, i, turn, ref agreed);
            }

            if (refusal != DropReason.None)
            {
                packet.Return();
                Count(sa, refusal);
            }
        }

        sa.Counters.Charge(accepted, bytes);
        var seen = sa.Lifetime.Look((ulong)sa.Counters.Packets, (ulong)sa.Counters.Bytes);
        _path.Tell(sa.Model, isSpent && seen != LifetimeWatch.Event.Hard ? sa.Lifetime.Exhaust() : seen);
        _path.EndDelivery(turn);
        _path.Recycle(this);
    }

    // 9 replay: only an authentic packet moves the window (RFC 4303 §3.4.3), so a forged number cannot close it.
    private DropReason Judge(InboundSa sa, PacketBuffer packet, int index)
    {
        var refusal = Faulted ? DropReason.EngineFault : _refusals[index];
        if (refusal is DropReason.IntegrityFailed or DropReason.EngineFault)
        {
            return refusal;
        }

        if (!sa.Window.TryAccept(_numbers[index]))
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
    private DropReason Place(PacketBuffer packet, int index, InboundTurn turn, ref int agreed)
    {
        var flow = _flowOf[index];
        if (flow == agreed && packet.Trail.Depth == 1)
        {
            turn.Inject(packet);
            return DropReason.None;
        }

        var isSingle = packet.Trail.Depth == 1 && !_isFragment[flow];
        var refusal = _path.Place(packet, _flows[flow], _isFragment[flow], turn, out var isForHost);
        agreed = isForHost && isSingle ? flow : agreed;
        return refusal;
    }

    private void OpenEsp(InboundSa sa)
    {
        for (var i = 0; i < _count; i++)
        {
            var packet = _packets[i]!;
            _slices[i] = new PacketSlice(packet.Memory, packet.Offset + _headerAt[i], packet.Length - _headerAt[i], _numbers[i]);
        }

        var unwrapper = new EspUnwrapper(sa);
        var flow = -1;
        for (var first = 0; first < _count; first += NearAtHand)
        {
            var end = Math.Min(first + NearAtHand, _count);
            sa.Transform.Cipher.OpenMany(_slices.AsSpan(first, end - first), _opened.AsSpan(first, end - first));
            for (var i = first; i < end; i++)
            {
                flow = Unwrap(ref unwrapper, sa, i, flow);
            }
        }
    }

    // The packet whose flow the next may share, or -1.
    private int Unwrap(ref EspUnwrapper unwrapper, InboundSa sa, int index, int flow)
    {
        if (!_opened[index])
        {
            _refusals[index] = DropReason.IntegrityFailed;
            return flow;
        }

        var packet = _packets[index]!;
        _refusals[index] = unwrapper.Unwrap(packet, _headerAt[index], out var isAlike);
        if (isAlike && flow >= 0)
        {
            _flowOf[index] = flow;
            _lengths[index] = packet.Length;
            return flow;
        }

        Inspect(sa, index);
        return _refusals[index] == DropReason.None && !_isFragment[index] ? index : -1;
    }

    // Policy and selectors look at the packet inside; it is read here, where engines work side by side.
    private void Inspect(InboundSa sa, int index)
    {
        if (_refusals[index] != DropReason.None)
        {
            return;
        }

        var packet = _packets[index]!;
        if (!IpPacketView.TryView(packet.Packet, out var view) || !FlowKey.TryRead(view, out _flows[index]))
        {
            _refusals[index] = DropReason.BadInnerPacket;
            return;
        }

        _flowOf[index] = index;
        _isFragment[index] = view.IsFragment;
        _lengths[index] = packet.Length;
        if (!sa.Carries(_flows[index], view.IsLaterFragment))
        {
            _refusals[index] = DropReason.SelectorMismatch;
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
