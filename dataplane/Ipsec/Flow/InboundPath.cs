using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Ipsec.Flow;

/// <summary>A packet's way in, from the network to the host.</summary>
/// <remarks>
/// <code>
/// Admit    ORDERED    1 read   2 find the SA   3 infer the number   4 group into jobs   5 open the lane, submit
/// Run      PARALLEL   6 open   7 unwrap        8 close the lane                         (OpenJob, EnginePool)
/// Deliver  ORDERED    9 replay window   10 policy (or the next layer, back to 1)   11 charge   12 inject   13 give back
/// </code>
/// Any thread may admit: a packet's next layer is admitted by whoever delivered the layer around it.
/// </remarks>
public sealed class InboundPath
{
    private readonly Stock<OpenJob> _jobs;
    private readonly Stock<InboundTurn> _turns;
    private readonly LineContext _line;
    private readonly IClearPort _clear;
    private readonly OwnEndpoints _own;
    private readonly PathMtuLearner _learner;
    private readonly Reassembler _reassembler;
    private readonly InboundPolicy _policy;
    private readonly SuperframeGate _superframes;
    private long _bypassed;

    /// <summary>A path to a host's port; the jobs an engine's queue holds are made here, so that none is made under load.</summary>
    public InboundPath(LineContext line, IClearPort clear, OwnEndpoints own, PathMtuLearner learner)
    {
        (_line, _clear, _own, _learner) = (line, clear, own, learner);
        _reassembler = line.NewReassembler();
        _policy = new InboundPolicy(line);
        _superframes = new SuperframeGate(this, line, own);
        _jobs = new(line.JobsInStock, line.Pool, () => new OpenJob(this));
        _turns = new(LineContext.TurnsInStock, pool: null, () => new InboundTurn(this));
    }

    /// <summary>Jobs made so far.</summary>
    internal int JobsMade => _jobs.Made;

    /// <summary>Packets that came in clear because policy says so.</summary>
    public long Bypassed => Volatile.Read(ref _bypassed);

    /// <summary>Takes every packet of the batch, which is empty afterwards.</summary>
    public void Admit(PacketBatch batch)
    {
        var turn = BeginDelivery();
        for (var i = 0; i < batch.Count; i++)
        {
            i += turn.Continue(batch, i);
            if (i < batch.Count && batch.Take(i) is { } packet)
            {
                packet.Trail = default;
                if (packet.Segments is { Kind: SegmentKind.Udp, IsChecksumMissing: false })
                {
                    _superframes.Admit(packet, turn);
                }
                else
                {
                    Admit(packet, turn);
                }
            }
        }

        batch.Shorten(0);
        EndDelivery(turn);
    }

    /// <summary>Gives up on overdue fragments.</summary>
    public void Expire() => _reassembler.Expire();

    /// <summary>Gives back what is held.</summary>
    public void Close() => _reassembler.Dispose();

    internal InboundTurn BeginDelivery() => _turns.Take();

    internal void EndDelivery(InboundTurn turn)
    {
        turn.Finish();
        _turns.Return(turn);
    }

    internal OpenJob Begin(InboundSa sa)
    {
        var job = _jobs.Take();
        job.Begin(sa);
        return job;
    }

    // 5 open the lane, submit
    internal void Submit(OpenJob job)
    {
        if (job.Sa!.TryAdmit(job))
        {
            _line.Pool.Submit(job);
            return;
        }

        job.Abandon(DropReason.UnknownSpi);
        Recycle(job);
    }

    internal void Recycle(OpenJob job) => _jobs.Return(job);

    internal OpenSuperframeJob BeginSuperframes(InboundSa sa) => _superframes.Begin(sa);

    internal void Submit(OpenSuperframeJob job) => _superframes.Submit(job);

    internal void Recycle(OpenSuperframeJob job) => _superframes.Recycle(job);

    internal PacketBuffer? Rent(int length) => _line.Rent(length);

    internal void Drop(DropReason reason) => _line.Drops.Count(reason);

    internal void Tell(SaModel model, LifetimeWatch.Event happened) => _line.Tell(model, happened);

    // 12 inject, 13 give back
    internal void Inject(PacketBatch packets)
    {
        _clear.Inject(packets);
        packets.Clear();
    }

    /// <summary>Where an opened packet goes: to its next layer, or to the host when policy agrees; any other answer leaves it the caller's. <paramref name="isFollowed"/> says that the others of its flow may go to the host unasked.</summary>
    internal DropReason Place(PacketBuffer packet, in FlowKey flow, bool isFragment, InboundTurn turn, out bool isFollowed)
    {
        isFollowed = false;
        if (IsProtected(packet, flow, isFragment))
        {
            Admit(packet, turn);
            return DropReason.None;
        }

        // 10 policy, RFC 4301 §5.2 step 4: the packet must be one its SAs may carry.
        var refusal = _policy.JudgeOpened(packet, flow, isFragment, out var isLogged);
        if (refusal == DropReason.None)
        {
            isFollowed = !isLogged;
            turn.Inject(packet);
        }

        return refusal;
    }

    internal void Admit(PacketBuffer packet, InboundTurn turn)
    {
        var refusal = TryAdmit(packet, turn);
        if (refusal == DropReason.None)
        {
            return;
        }

        _line.Drops.Count(refusal, packet.Segments.CountIn(packet.Length));
        packet.Return();
    }

    // None means the packet found an owner.
    private DropReason TryAdmit(PacketBuffer packet, InboundTurn turn)
    {
        // 1 read
        if (!IpPacketView.TryView(packet.Packet, out var view))
        {
            return DropReason.Malformed;
        }

        packet.TrimTo(view.Octets.Length);
        if (view.IsFragment && MayBeProtected(view))
        {
            if (_reassembler.Add(packet) is { } whole)
            {
                Admit(whole, turn);
            }

            return DropReason.None;
        }

        switch (view.Protocol)
        {
            case IpProtocol.Esp:
                return AdmitEsp(packet, view, view.PayloadAt, isEncapsulated: false, turn);

            case IpProtocol.Ah:
                return AdmitAh(packet, view, turn);

            case IpProtocol.Udp when UdpView.TryView(view.Payload, out var udp) && _own.IsEncapsulationPort(udp.DestinationPort):
                return AdmitEncapsulated(packet, view, udp, turn);

            default:
                return AdmitClear(packet, view, turn);
        }
    }

    private DropReason AdmitEncapsulated(PacketBuffer packet, in IpPacketView view, in UdpView udp, InboundTurn turn)
    {
        switch (UdpEncapMarker.Classify(udp.Payload))
        {
            case UdpEncapKind.Keepalive:
                return DropReason.Keepalive;

            case UdpEncapKind.TooShort:
                return DropReason.Malformed;

            case UdpEncapKind.Ike:
                return AdmitClear(packet, view, turn);

            default:
                // The UDP length may end before the IP packet does; what lies between belongs to nobody.
                packet.TrimTo(view.PayloadAt + udp.Length);
                return AdmitEsp(packet, view, view.PayloadAt + UdpView.HeaderLength, isEncapsulated: true, turn);
        }
    }

    private DropReason AdmitEsp(PacketBuffer packet, in IpPacketView view, int espAt, bool isEncapsulated, InboundTurn turn)
    {
        if (!EspView.TryView(packet.Packet[espAt..], out var esp))
        {
            return DropReason.Malformed;
        }

        // 2 find
        if (!_line.Associations.TryFind(SaProtocol.Esp, esp.Spi, out var sa))
        {
            Report(esp.Spi, view, isEncapsulated);
            return DropReason.UnknownSpi;
        }

        if (esp.Octets.Length < sa.Geometry.MinimumLength)
        {
            return Refuse(sa, DropReason.Malformed);
        }

        if (isEncapsulated != sa.Model.Encapsulation is not null)
        {
            return Refuse(sa, DropReason.WrongEndpoint);
        }

        return AdmitTo(sa, packet, view, espAt, esp.Sequence, turn);
    }

    private void Report(uint spi, in IpPacketView view, bool isEncapsulated)
    {
        if (isEncapsulated && UdpView.TryView(view.Payload, out var udp))
        {
            _line.Strays.Tell(new(spi, view.Source, udp.SourcePort, view.Destination, udp.DestinationPort));
        }
        else
        {
            _line.Strays.Tell(new(spi, view.Source, 0, view.Destination, 0));
        }
    }

    private DropReason AdmitAh(PacketBuffer packet, in IpPacketView view, InboundTurn turn)
    {
        if (!AhView.TryView(view.Payload, out var ah))
        {
            return DropReason.Malformed;
        }

        if (!_line.Associations.TryFind(SaProtocol.Ah, ah.Spi, out var sa))
        {
            Report(ah.Spi, view, isEncapsulated: false);
            return DropReason.UnknownSpi;
        }

        return AdmitTo(sa, packet, view, view.PayloadAt, ah.Sequence, turn);
    }

    private static DropReason AdmitTo(InboundSa sa, PacketBuffer packet, in IpPacketView view, int headerAt, uint low, InboundTurn turn)
    {
        if (view.Destination != sa.Model.Local || view.Source != sa.Model.Remote)
        {
            return Refuse(sa, DropReason.WrongEndpoint);
        }

        // 3 infer: a stale head costs nothing, stage 9 decides.
        if (!sa.MayOpen(low, out var number))
        {
            return Refuse(sa, sa.Lifetime.IsExpired ? DropReason.LifetimeExpired : DropReason.Replayed);
        }

        // 4 group; a job may leave with the packet at once, so what the next packets are compared with is read before.
        turn.Begin(packet, sa, headerAt, number, sa.ClassOf(view.Tos));
        // How a port says it divides is not true of what comes out of it.
        packet.Segments = Segmentation.None;
        turn.Group(packet, sa, headerAt, number);
        return DropReason.None;
    }

    private DropReason AdmitClear(PacketBuffer packet, in IpPacketView view, InboundTurn turn)
    {
        if (!FlowKey.TryRead(view, out var flow))
        {
            return DropReason.Malformed;
        }

        if (packet.Trail.Depth > 0)
        {
            // What came out of an SA is judged by the SAs it came through, also when it only looked like one more layer.
            var refusal = _policy.JudgeOpened(packet, flow, view.IsFragment, out _);
            if (refusal == DropReason.None)
            {
                turn.Inject(packet);
            }

            return refusal;
        }

        if (_learner.Learn(view) is var forged and not DropReason.None)
        {
            Drop(forged);
        }

        var judged = _policy.JudgeClear(packet, flow, view.IsFragment);
        if (judged == DropReason.None)
        {
            Interlocked.Add(ref _bypassed, packet.Segments.CountIn(packet.Length));
            turn.Inject(packet);
        }

        return judged;
    }

    // A layer for this host: ESP or AH (under UDP, too) whose trail shows that it came out of another one. Of fragments only the first shows UDP ports, so those of UDP are joined by the host.
    private bool IsProtected(PacketBuffer packet, in FlowKey flow, bool isFragment) =>
        (packet.Trail.Depth > 0 || flow.Protocol == IpProtocol.Udp) && !(isFragment && flow.Protocol == IpProtocol.Udp) && IsLayer(flow);

    /// <summary>Whether packets of a flow are ESP or AH that ends here.</summary>
    internal bool IsLayer(in FlowKey flow) => flow.Protocol switch
    {
        IpProtocol.Esp or IpProtocol.Ah => _own.IsOwn(flow.Destination),
        IpProtocol.Udp => flow.HasPorts && _own.IsEncapsulationPort(flow.DestinationPort) && _own.IsOwn(flow.Destination),
        _ => false,
    };

    private bool MayBeProtected(in IpPacketView view) =>
        _own.IsOwn(view.Destination) && view.Protocol is IpProtocol.Esp or IpProtocol.Ah or IpProtocol.Udp;

    private static DropReason Refuse(InboundSa sa, DropReason reason)
    {
        sa.Counters.Refuse(reason);
        return reason;
    }
}
