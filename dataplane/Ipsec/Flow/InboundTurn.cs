using System.Runtime.CompilerServices;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What one call of Admit or Deliver gathers: a job for each SA it meets, and the packets for the host.</summary>
internal sealed class InboundTurn(InboundPath path)
{
    private readonly OpenJob?[] _jobs = new OpenJob?[OpenJobs.Places];
    private readonly PacketBatch _forHost = new();
    private OpenSuperframeJob? _superframes;
    private OpenJobs _open;
    private int _latest;

    // ESP packets of one SA that follow one another: where the first of them was found to belong, the next belong too.
    private PlainHeader _head;
    private InboundSa? _sa;
    private ServiceClass _class;
    private int _espAt;
    private ulong _number;

    /// <summary>Takes the ESP packets of a batch from an index on that are of the SA of the one before; gives how many. The next must be asked anew, and that is where every refusal is named.</summary>
    public int Continue(PacketBatch batch, int from)
    {
        if (_sa is not { } sa || sa.Lifetime.IsExpired || _superframes?.Sa == sa || _jobs[_latest] is not { } job || job.Sa != sa)
        {
            return 0;
        }

        var entries = job.Free;
        var slots = batch.Slots[from..];
        var (run, bytes, number) = (0, 0, _number);
        for (var most = Math.Min(slots.Length, entries.Length); run < most && slots[run] is { } packet && IsNext(sa, packet, ref number); run++)
        {
            entries[run] = new OpenEntry { Number = number, HeaderAt = _espAt, Length = packet.Length };
            bytes += packet.Length;
        }

        _number = number;
        job.AddRun(batch, from, run, bytes, _class);
        if (!job.HasRoom)
        {
            Close(_latest);
        }

        return run;
    }

    /// <summary>Remembers a packet that belongs to an SA; one under AH, or behind options, is followed by none like it.</summary>
    public void Begin(PacketBuffer packet, InboundSa sa, int espAt, ulong number, ServiceClass serviceClass)
    {
        _number = number;
        _class = serviceClass;
        _sa = sa.Model.Protocol == SaProtocol.Esp && PlainHeader.TryRead(packet.Packet, out _head) && espAt == _head.IpLength + sa.Geometry.EncapsulationLength ? sa : null;
        _espAt = espAt;
    }

    /// <summary>Adds a packet to its SA's job.</summary>
    public void Group(PacketBuffer packet, InboundSa sa, int headerAt, ulong number)
    {
        if (_superframes?.Sa == sa && TryFollow(packet, headerAt, number))
        {
            return;
        }

        var slot = SlotOf(sa);
        var job = _jobs[slot]!;
        job.Add(packet, headerAt, number, _class);
        if (!job.HasRoom)
        {
            Close(slot);
        }
    }

    /// <summary>The job that takes a superframe of so many packets; what was gathered of the SA before goes before it.</summary>
    public OpenSuperframeJob Superframes(InboundSa sa, int packets)
    {
        if (_superframes is { } open && open.Sa == sa && open.HasRoomFor(packets))
        {
            return open;
        }

        CloseSuperframes();
        var former = Find(sa);
        Close(former);
        return _superframes = path.BeginSuperframes(sa);
    }

    /// <summary>Adds a packet the host may have.</summary>
    public void Inject(PacketBuffer packet)
    {
        _forHost.Add(packet);
        if (_forHost.IsFull)
        {
            path.Inject(_forHost);
        }
    }

    /// <summary>Moves neighbours of a batch that the host may have.</summary>
    public void InjectRun(PacketBatch batch, int from, int count)
    {
        for (var end = from + count; from < end;)
        {
            var fitting = Math.Min(end - from, _forHost.Capacity - _forHost.Count);
            _forHost.TakeRun(batch, from, fitting);
            from += fitting;
            if (_forHost.IsFull)
            {
                path.Inject(_forHost);
            }
        }
    }

    /// <summary>Gives the host its packets and submits every job.</summary>
    public void Finish()
    {
        _sa = null;
        if (_forHost.Count > 0)
        {
            path.Inject(_forHost);
        }

        CloseSuperframes();
        while (_open.TryFirst(out var slot))
        {
            Close(slot);
        }
    }

    // A packet behind the one with a number, which becomes its own.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsNext(InboundSa sa, PacketBuffer packet, ref ulong number)
    {
        var octets = packet.Packet;
        if (packet.Segments.Kind != SegmentKind.None || !_head.Matches(octets, out var length)
            || !TryReadNumber(sa, octets, ref length, out var low)
            || length - _espAt < sa.Geometry.MinimumLength || !sa.MayOpenBehind(number, low, out var own))
        {
            return false;
        }

        number = own;
        packet.TrimTo(length);
        packet.Trail = default;
        return true;
    }

    // Without UDP around it, the SPI is part of what the packets start with.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadNumber(InboundSa sa, Span<byte> octets, ref int length, out uint low)
    {
        low = 0;
        var isInUdp = sa.Geometry.EncapsulationLength > 0;
        if (isInUdp)
        {
            if (!UdpView.TryView(octets[(_espAt - UdpView.HeaderLength)..length], out var udp))
            {
                return false;
            }

            length = _espAt - UdpView.HeaderLength + udp.Length;
        }

        if (!EspView.TryView(octets[_espAt..length], out var esp) || (isInUdp && esp.Spi != sa.Model.Spi))
        {
            return false;
        }

        low = esp.Sequence;
        return true;
    }

    // Where the SA's job is, begun if there is none. A batch is mostly one conversation.
    private int SlotOf(InboundSa sa)
    {
        var slot = _jobs[_latest]?.Sa == sa ? _latest : Find(sa);
        _latest = slot;
        if (_jobs[slot] is null)
        {
            _jobs[slot] = path.Begin(sa);
            _open.Add(slot);
        }

        return slot;
    }

    // The SA's job, or a free place, near the place its SPI says; what lies in the way leaves early.
    private int Find(InboundSa sa)
    {
        var home = OpenJobs.HomeOf(sa.Model.Spi);
        var free = -1;
        for (var step = 0; step < OpenJobs.Reach; step++)
        {
            var slot = OpenJobs.After(home, step);
            if (_jobs[slot] is not { } job)
            {
                free = free < 0 ? slot : free;
            }
            else if (job.Sa == sa)
            {
                return slot;
            }
        }

        if (free < 0)
        {
            Close(home);
            free = home;
        }

        return free;
    }

    // Superframes of the SA came before: what is left over of a sender's superframe is sent alone, and joins them again.
    private bool TryFollow(PacketBuffer packet, int headerAt, ulong number)
    {
        var job = _superframes!;
        // A packet out of another SA keeps its trail in a job of its own kind.
        if (packet.Trail.Depth > 0 || !job.HasRoomFor(packets: 1))
        {
            CloseSuperframes();
            return false;
        }

        job.Add(packet, headerAt, packet.Length - headerAt, number);
        job.Own(packet, IpPacketView.TosOf(packet.Packet));
        return true;
    }

    private void CloseSuperframes()
    {
        if (_superframes is { } job)
        {
            _superframes = null;
            path.Submit(job);
        }
    }

    private void Close(int slot)
    {
        if (_jobs[slot] is { } job)
        {
            _jobs[slot] = null;
            _open.Remove(slot);
            path.Submit(job);
        }
    }
}
