using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>A packet's way out, from the host to the network.</summary>
/// <remarks>
/// <code>
/// Admit    ORDERED    1 read the flow   2 ask the policy   3 find the bundle   4 fit the path   5 group into jobs
///                     6 number and open the lane (OutboundBundle.TryAdmit)     7 submit
/// Run      PARALLEL   8 shape           9 seal             10 close the lane   (SealJob, EnginePool)
/// Deliver  ORDERED   11 tell control   12 send             13 give back        (SealJob.Deliver)
/// </code>
/// Any thread may admit: what a path keeps between calls is locked or belongs to the calling thread.
/// </remarks>
public sealed class OutboundPath
{
    private readonly Stock<SealJob> _jobs;
    private readonly Stock<OutboundTurn> _turns;
    private readonly LineContext _line;
    private readonly ICipherPort _cipher;
    private readonly bool _comesBeforeFragmenting;
    private readonly Reassembler _reassembler;
    private readonly FragmentTracker _fragments;
    private readonly HostErrors _hostErrors;
    private long _bypassed;

    /// <summary>A path between two ports; the jobs an engine's queue holds are made here, so that none is made under load.</summary>
    public OutboundPath(LineContext line, IClearPort clear, ICipherPort cipher)
    {
        (_line, _cipher, _comesBeforeFragmenting) = (line, cipher, clear.ComesBeforeFragmenting);
        _reassembler = line.NewReassembler();
        _fragments = new FragmentTracker(line.Time);
        _hostErrors = new HostErrors(line, clear);
        _jobs = new(line.JobsInStock, line.Pool, () => new SealJob(this));
        _turns = new(LineContext.TurnsInStock, pool: null, () => new OutboundTurn(this));
    }

    /// <summary>Jobs made so far.</summary>
    internal int JobsMade => _jobs.Made;

    /// <summary>Packets that left in clear because policy says so.</summary>
    public long Bypassed => Volatile.Read(ref _bypassed);

    /// <summary>Takes every packet of the batch, which is empty afterwards.</summary>
    public void Admit(PacketBatch batch)
    {
        var policy = _line.Policy;
        var turn = _turns.Take();
        for (var i = 0; i < batch.Count; i++)
        {
            i += turn.Continue(batch, i);
            if (i < batch.Count && batch.Take(i) is { } packet)
            {
                Place(packet, policy, turn);
            }
        }

        batch.Shorten(0);
        turn.Finish();
        _turns.Return(turn);
    }

    /// <summary>Sends one dummy packet of the buffer's octets through the bundle.</summary>
    public void AdmitDummy(PacketBuffer octets, OutboundBundle bundle)
    {
        var job = Begin(bundle);
        job.Add(octets);
        job.IsDummy = true;
        Submit(job);
    }

    /// <summary>Admits what waited for the tunnel's SA.</summary>
    public void ReleaseHeld(Tunnel tunnel)
    {
        using var held = new PacketBatch();
        do
        {
            Admit(held);
            tunnel.Gate.Release(held, _line.Held, tunnel);
        }
        while (held.Count > 0);
    }

    /// <summary>Gives up on overdue fragments.</summary>
    public void Expire() => _reassembler.Expire();

    /// <summary>Gives back what is held.</summary>
    public void Close() => _reassembler.Dispose();

    internal SealJob Begin(OutboundBundle bundle)
    {
        var job = _jobs.Take();
        job.Begin(bundle);
        return job;
    }

    // 6 number, 7 submit. A bundle that was replaced between its look-up and here sends the job to its successor.
    internal void Submit(SealJob job)
    {
        var bundle = job.Bundle!;
        while (!bundle.TryAdmit(job))
        {
            if (bundle.Tunnel.Outbound is not { } next || next == bundle || (bundle.Tunnel.Trunk != bundle.Tunnel && !next.Innermost.Model.Selectors.SequenceEqual(bundle.Innermost.Model.Selectors)))
            {
                Abandon(job, bundle);
                return;
            }

            bundle = next;
        }

        _line.Pool.Submit(job);
    }

    internal void Recycle(SealJob job) => _jobs.Return(job);

    internal PacketBuffer? Rent(int length) => _line.Rent(length);

    internal void Drop(DropReason reason, int packets, OutboundBundle bundle)
    {
        _line.Drops.Count(reason, packets);
        bundle.Innermost.Counters.Refuse(reason, packets);
    }

    internal void Tell(SaModel model, LifetimeWatch.Event happened) => _line.Tell(model, happened);

    // 12 send, 13 give back.
    internal void Send(PacketBatch packets, OutboundBundle bundle)
    {
        OutboundFragmenter.Fragment(packets, bundle.PathMtu.Current, _cipher, _line);
        _cipher.Send(packets);
        packets.Clear();
    }

    internal void Pass(PacketBatch packets)
    {
        var passing = 0;
        foreach (var packet in packets.Slots)
        {
            passing += packet!.Segments.CountIn(packet.Length);
        }

        Interlocked.Add(ref _bypassed, passing);
        _cipher.Pass(packets);
        packets.Clear();
    }

    private void Place(PacketBuffer packet, SpdSnapshot policy, OutboundTurn turn)
    {
        // 1 read
        if (!IpPacketView.TryView(packet.Packet, out var view) || !FlowKey.TryRead(view, out var flow))
        {
            Drop(packet, DropReason.Malformed);
            return;
        }

        packet.TrimTo(view.Octets.Length);
        if (view.IsFragment && policy.ReachesWholePackets(flow))
        {
            // RFC 4303 §3.3.4: transport mode protects whole packets only. RFC 4301 §7: to a peer that takes no later fragments none is sent.
            if (_reassembler.Add(packet) is { } whole)
            {
                Place(whole, policy, turn);
            }

            return;
        }

        // 2 decide
        if (!TryDecide(view, flow, policy, out var rule))
        {
            Drop(packet, DropReason.FragmentWithoutFirst);
            return;
        }

        switch (rule?.Action)
        {
            case PolicyAction.Bypass:
                _line.FilterLog.Tell(rule, RuleDirection.Outbound, flow, DropReason.None, packet);
                turn.Bypass(packet);
                return;

            case PolicyAction.Protect:
                Protect(packet, view, flow, rule, turn);
                return;

            default:
                Refuse(packet, flow, rule, policy);
                return;
        }
    }

    private bool TryDecide(in IpPacketView view, in FlowKey flow, SpdSnapshot policy, out SpdEntry? rule)
    {
        rule = policy.Match(flow, RuleDirection.Outbound);
        if (!view.IsFragment)
        {
            return true;
        }

        if (!view.IsLaterFragment)
        {
            _fragments.Remember(flow, view.Identification, policy.Generation, rule);
            return true;
        }

        return _fragments.TryRecall(flow, view.Identification, policy.Generation, out rule)
            || policy.TryMatchLaterFragment(flow, RuleDirection.Outbound, out rule);
    }

    private void Protect(PacketBuffer packet, in IpPacketView view, in FlowKey flow, SpdEntry rule, OutboundTurn turn)
    {
        // 3 find
        if ((rule.Tunnel!.Outbound ?? rule.Tunnel.FindBranch(flow, view.IsLaterFragment)) is not { } bundle)
        {
            _line.FilterLog.Tell(rule, RuleDirection.Outbound, flow, DropReason.AwaitingSa, packet);
            Hold(packet, flow, rule.Tunnel);
            return;
        }

        _line.FilterLog.Tell(rule, RuleDirection.Outbound, flow, DropReason.None, packet);

        turn.ServiceClass = Classification.Of(flow, view.Tos);

        // 4 fit
        var longest = packet.Segments.Kind == SegmentKind.None ? packet.Length : packet.Segments.HeaderLength + packet.Segments.Size;
        var mtu = bundle.PathMtu.Current;
        if (bundle.Geometry.SealedLength(longest, view.TransportInsertionAt) <= mtu)
        {
            // 5 group; of a logged rule each packet is a hit of its own.
            Group(packet, bundle, turn, isFollowed: !rule.IsLogged);
            return;
        }

        ProtectOversize(packet, view, bundle, longest, bundle.Geometry.LargestClear(mtu, view.TransportInsertionAt), turn);
    }

    private void ProtectOversize(PacketBuffer packet, in IpPacketView view, OutboundBundle bundle, int longest, int fitting, OutboundTurn turn)
    {
        // RFC 8200 §4.5: only its sender cuts an IPv6 packet, and one that no link here carries whole was meant to be cut. A host
        // whose packets come before that has all but TCP cut, whatever it was told of the path.
        var isCutBySender = view.Version == IpVersion.V6 && packet.Segments.Kind == SegmentKind.None
            && (longest > _cipher.Mtu || (_comesBeforeFragmenting && view.Protocol != IpProtocol.Tcp));
        if (view.DontFragment && !isCutBySender)
        {
            // RFC 8200 §5: an IPv6 sender need not go below 1280, so what exceeds the path by then is cut after sealing.
            if (view.Version == IpVersion.V6 && longest <= PathMtu.FloorV6)
            {
                Divide(packet, bundle, turn, fitting: int.MaxValue);
                return;
            }

            _hostErrors.TellTooBig(packet, fitting);
            Drop(packet, DropReason.TooBig);
            return;
        }

        if (packet.Segments.Kind != SegmentKind.None)
        {
            Divide(packet, bundle, turn, bundle.SealsWholePackets ? int.MaxValue : fitting);
            return;
        }

        if (bundle.SealsWholePackets)
        {
            turn.Group(packet, bundle);
            return;
        }

        if (packet.Segments.IsChecksumMissing)
        {
            SegmentSplitter.CompleteChecksum(packet.Packet);
            packet.Segments = Segmentation.None;
        }

        OutboundFragmenter.Divide(packet, fitting, _line, turn, bundle);
    }

    // A superframe of a small segment size stands for more packets than a job has room for.
    private void Group(PacketBuffer packet, OutboundBundle bundle, OutboundTurn turn, bool isFollowed)
    {
        var segments = packet.Segments;
        var count = segments.CountIn(packet.Length);
        if (count <= SealJob.MostSegments)
        {
            turn.Group(packet, bundle, isFollowed && segments.Kind == SegmentKind.None);
            return;
        }

        Divide(packet, bundle, turn, fitting: int.MaxValue);
    }

    // Into packets of their own; one that is longer than what fits into fragments.
    private void Divide(PacketBuffer packet, OutboundBundle bundle, OutboundTurn turn, int fitting)
    {
        var segments = packet.Segments;
        if (segments.Kind == SegmentKind.None)
        {
            turn.Group(packet, bundle);
            return;
        }

        var count = segments.CountIn(packet.Length);
        for (var index = 0; index < count; index++)
        {
            if (_line.Rent(segments.HeaderLength + segments.Size) is not { } segment)
            {
                _line.Drops.Count(DropReason.NoBuffer);
                continue;
            }

            segment.TrimTo(SegmentSplitter.Write(packet.Packet, segments.HeaderLength, segments.Size, index, segment.SetLength(segment.Capacity)));
            if (segment.Length > fitting)
            {
                OutboundFragmenter.Divide(segment, fitting, _line, turn, bundle);
            }
            else
            {
                turn.Group(segment, bundle);
            }
        }

        packet.Return();
    }

    private void Hold(PacketBuffer packet, in FlowKey flow, Tunnel tunnel)
    {
        var isHeld = tunnel.Gate.TryHold(packet, flow, _line.Time, _line.Held, out var isAsking);
        if (isAsking)
        {
            _line.Events.Acquire(tunnel.Name, flow);
        }

        if (!isHeld)
        {
            Drop(packet, DropReason.AwaitingSa);
            return;
        }

        // An SA installed between the look at the tunnel and the hold has released what was held before.
        if (tunnel.Seals(flow))
        {
            ReleaseHeld(tunnel);
        }
    }

    // The tunnel lost its SA while the job was filled: its packets wait for the next one, as those do that come now.
    private void Abandon(SealJob job, OutboundBundle bundle)
    {
        using var batch = new PacketBatch(SealJob.MostInputs);
        job.Undo(batch);
        var isDummy = job.IsDummy;
        Recycle(job);
        for (var i = 0; i < batch.Count; i++)
        {
            var packet = batch.Take(i)!;
            if (!isDummy && IpPacketView.TryView(packet.Packet, out var view) && FlowKey.TryRead(view, out var flow))
            {
                Hold(packet, flow, bundle.Tunnel.Trunk);
            }
            else
            {
                Drop(packet, DropReason.AwaitingSa);
            }
        }
    }

    private void Refuse(PacketBuffer packet, in FlowKey flow, SpdEntry? rule, SpdSnapshot policy)
    {
        var reason = rule is null ? DropReason.NoRule : DropReason.PolicyDiscard;
        _line.FilterLog.Tell(rule ?? policy.ImplicitDiscard, RuleDirection.Outbound, flow, reason, packet);
        if (rule is { Rule.DiscardsWithIcmp: true })
        {
            _hostErrors.TellProhibited(packet);
        }

        Drop(packet, reason);
    }

    private void Drop(PacketBuffer packet, DropReason reason)
    {
        _line.Drops.Count(reason, packet.Segments.CountIn(packet.Length));
        packet.Return();
    }
}
