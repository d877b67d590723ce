using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Where cipher superframes enter: whole, if all their packets are of one tunnel's SA and none would be refused; else taken apart, so that each packet is judged like any other.</summary>
/// <remarks>
/// Only tunnel mode enters whole. There each packet brings its inner header along inside the ciphertext, so that it is a packet where it lies. In transport mode
/// its IP header is the outer one, which a superframe has once for all its packets: it would have to be written anew in front of each payload, where ESP's header,
/// its IV and the trailer and ICV of the packet before leave 34 octets at AES-GCM, enough for IPv4 without options and less than the 40 of IPv6; behind a NAT
/// each transport checksum has to be mended besides (RFC 3948 §3.1.2). So in transport mode each gets a buffer of its own, as outside of a superframe.
/// </remarks>
internal sealed class SuperframeGate
{
    // What a socket hands over at once, a few times.
    private const int JobsInStock = 32;

    private readonly Stock<OpenSuperframeJob> _jobs;
    private readonly InboundPath _path;
    private readonly LineContext _line;
    private readonly OwnEndpoints _own;

    public SuperframeGate(InboundPath path, LineContext line, OwnEndpoints own)
    {
        (_path, _line, _own) = (path, line, own);
        _jobs = new(JobsInStock, line.Pool, () => new OpenSuperframeJob(path));
    }

    /// <summary>Takes the superframe.</summary>
    public void Admit(PacketBuffer superframe, InboundTurn turn)
    {
        if (!TryFindPackets(superframe, out var view, out var area))
        {
            // Of a host that sends in clear, or not a packet at all.
            _path.Admit(superframe, turn);
        }
        else if (!TryAdmitWhole(superframe, view, area, turn))
        {
            TakeApart(superframe, turn);
        }
    }

    /// <summary>An empty job of an SA.</summary>
    public OpenSuperframeJob Begin(InboundSa sa)
    {
        var job = _jobs.Take();
        job.Begin(sa);
        return job;
    }

    /// <summary>5 open the lane, submit.</summary>
    public void Submit(OpenSuperframeJob job)
    {
        if (job.Packets > 0)
        {
            if (job.Sa!.TryAdmit(job))
            {
                _line.Pool.Submit(job);
                return;
            }

            job.Abandon(DropReason.UnknownSpi);
        }

        Recycle(job);
    }

    public void Recycle(OpenSuperframeJob job) => _jobs.Return(job);

    private bool TryAdmitWhole(PacketBuffer superframe, in IpPacketView view, Span<byte> area, InboundTurn turn)
    {
        var count = SegmentSplitter.Count(area.Length, 0, superframe.Segments.Size);
        if (count > OpenSuperframeJob.MostPackets
            || !EspView.TryView(area, out var first)
            || !_line.Associations.TryFind(SaProtocol.Esp, first.Spi, out var sa)
            || sa.Model is not { Mode: SaMode.Tunnel, Encapsulation: not null }
            || view.Destination != sa.Model.Local || view.Source != sa.Model.Remote)
        {
            return false;
        }

        var job = turn.Superframes(sa, count);
        if (!TryAddAll(job, sa, superframe, area))
        {
            return false;
        }

        job.Own(superframe, view.Tos);
        return true;
    }

    private bool TryFindPackets(PacketBuffer superframe, out IpPacketView view, out Span<byte> area)
    {
        var segments = superframe.Segments;
        area = default;
        if (segments.Size == 0 || !IpPacketView.TryView(superframe.Packet, out view)
            || view.Protocol != IpProtocol.Udp || view.IsFragment
            || view.PayloadAt + UdpView.HeaderLength != segments.HeaderLength
            || !UdpView.TryView(view.Payload, out var udp)
            || !_own.IsEncapsulationPort(udp.DestinationPort))
        {
            view = default;
            return false;
        }

        // The UDP length may end before the buffer does; what lies between belongs to nobody.
        superframe.TrimTo(segments.HeaderLength + udp.Payload.Length);
        area = udp.Payload;
        return true;
    }

    // 2 find, 3 infer, for each: any doubt is for the single packets' way, which names it.
    private static bool TryAddAll(OpenSuperframeJob job, InboundSa sa, PacketBuffer superframe, Span<byte> area)
    {
        var (size, former) = (superframe.Segments.Size, job.Packets);
        var start = superframe.Segments.HeaderLength;
        for (var at = 0; at < area.Length; at += size)
        {
            var packet = area.Slice(at, Math.Min(size, area.Length - at));
            if (packet.Length < sa.Geometry.MinimumLength || !EspView.TryView(packet, out var esp) || esp.Spi != sa.Model.Spi || !sa.MayOpen(esp.Sequence, out var number))
            {
                job.Shorten(former);
                return false;
            }

            job.Add(superframe, start + at, packet.Length, number);
        }

        return true;
    }

    private void TakeApart(PacketBuffer superframe, InboundTurn turn)
    {
        var segments = superframe.Segments;
        var count = segments.CountIn(superframe.Length);
        for (var index = 0; index < count; index++)
        {
            if (_line.Rent(segments.HeaderLength + segments.Size) is not { } packet)
            {
                _path.Drop(DropReason.NoBuffer);
                continue;
            }

            var length = CipherSuperframe.Write(superframe.Packet, segments.HeaderLength, segments.Size, index, packet.SetLength(packet.Capacity));
            if (length == 0)
            {
                packet.Return();
                _path.Drop(DropReason.Malformed);
                continue;
            }

            packet.TrimTo(length);
            packet.ArrivedAt = superframe.ArrivedAt;
            _path.Admit(packet, turn);
        }

        superframe.Return();
    }
}
