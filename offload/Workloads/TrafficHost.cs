using System.Buffers.Binary;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;
using IpsecDp.Workloads.Accounting;
using IpsecDp.Workloads.Bulk;
using IpsecDp.Workloads.EnterpriseExtender;
using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Interactive;
using IpsecDp.Workloads.Mix;

namespace IpsecDp.Workloads;

/// <summary>One host of a <see cref="TrafficModel"/>: generator and sink of its ends of all flows.</summary>
public sealed class TrafficHost : IWorkload
{
    private readonly FlowEndpoint[] _flows;
    private readonly FlowGroup[] _groups;
    private readonly WeightedTurns _turns;
    private readonly LinkSignalling[] _links;
    private readonly AddressPair[] _pairs;
    private readonly HostSide _side;

    // Numbers of the signalling flows, at the index of their address pair.
    private readonly int[] _linkFlows;
    private volatile bool _isDrainAsked;
    private bool _isDraining;

    /// <summary>Builds one host's part.</summary>
    /// <exception cref="ArgumentException">The model cannot be carried out: no addresses, versions mixed in a pair, a path too narrow, no or too many flows, a window or size out of range.</exception>
    public TrafficHost(TrafficModel model, HostSide side)
    {
        TrafficModelRules.Verify(model);
        _side = side;
        _pairs = [.. model.Pairs];
        var plan = new FlowPlan(model, side, Ledger);
        _links = model.Mix.EnterpriseExtender > 0 ? new EnterpriseExtenderFlows(plan).AddAll(model.Mix.EnterpriseExtender) : [];
        if (model.Mix.Bulk > 0)
        {
            BulkFlows.AddTo(plan, model.Mix.Bulk);
        }

        if (model.Mix.Interactive > 0)
        {
            InteractiveFlows.AddTo(plan, model.Mix.Interactive);
        }

        _flows = plan.Flows;
        _groups = plan.Groups;
        _turns = new(_groups);
        _linkFlows = [.. _links.Select(link => Array.IndexOf(_flows, link))];
        MaximumPacketLength = model.Mix.Bulk > 0 && model.Bulk.SegmentsPerFrame > 1 ? Ipv4View.MaximumLength : model.PathMtu;
    }

    /// <inheritdoc/>
    public int MaximumPacketLength { get; }

    /// <inheritdoc/>
    public long NextDue { get; private set; }

    /// <inheritdoc/>
    public HostLedger Ledger { get; } = new();

    /// <inheritdoc/>
    public bool IsQuiet
    {
        get
        {
            foreach (var group in _groups)
            {
                if (!group.IsIdle)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public int TryWriteNext(Span<byte> packet, long now, out FlowTag tag)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packet.Length, MaximumPacketLength);
        if (_isDrainAsked && !_isDraining)
        {
            StartDraining();
        }

        var length = _turns.TryWrite(packet, now, out tag);
        if (length > 0)
        {
            return length;
        }

        NextDue = long.MaxValue;
        foreach (var group in _groups)
        {
            NextDue = Math.Min(NextDue, group.DueAt());
        }

        return _isDraining ? TryClose(packet, now, out tag) : 0;
    }

    /// <inheritdoc/>
    public ArrivalVerdict Receive(Span<byte> packet, long now, bool isChecksumMissing = false)
    {
        if (!Arrival.TryRead(packet, isChecksumMissing, out var arrival))
        {
            return Ledger.BookUnknown();
        }

        var flow = Find(arrival);
        if (flow is not null && flow.IsOwnerOf(arrival))
        {
            return flow.Receive(arrival, now);
        }

        // A whole packet of a stranger and a damaged one of ours differ in their checksums only.
        return arrival.HasRightChecksums() ? Ledger.BookUnknown() : Ledger.BookUnattributed();
    }

    /// <inheritdoc/>
    public void Drain() => _isDrainAsked = true;

    private void StartDraining()
    {
        _isDraining = true;
        foreach (var group in _groups)
        {
            group.Drain();
        }
    }

    // DISC ends a link, so it waits until every other flow of this host has come to rest.
    private int TryClose(Span<byte> packet, long now, out FlowTag tag)
    {
        foreach (var flow in _flows)
        {
            if (flow is not LinkSignalling && !flow.IsIdle)
            {
                tag = default;
                return 0;
            }
        }

        foreach (var link in _links)
        {
            link.AllowClose();
        }

        return _turns.TryWrite(packet, now, out tag);
    }

    private FlowEndpoint? Find(in Arrival arrival)
    {
        var number = arrival.Packet.Protocol == IpProtocol.Tcp ? NumberOfTcp(arrival) : NumberOfEe(arrival);
        return (uint)number < (uint)_flows.Length ? _flows[number] : null;
    }

    private static int NumberOfTcp(in Arrival arrival) =>
        Math.Max(arrival.SourcePort, arrival.DestinationPort) - TcpConnection.FirstPort;

    private int NumberOfEe(in Arrival arrival)
    {
        if (arrival.DestinationPort != EePorts.Signalling)
        {
            var payload = arrival.Payload;
            return EePorts.Contains(arrival.DestinationPort) && payload.Length >= RtpFraming.ConnectionIdAt + sizeof(ulong)
                ? (ushort)BinaryPrimitives.ReadUInt64BigEndian(payload[RtpFraming.ConnectionIdAt..])
                : -1;
        }

        for (var link = 0; link < _links.Length; link++)
        {
            if (arrival.Packet.Source == _pairs[link].PeerOf(_side) && arrival.Packet.Destination == _pairs[link].Of(_side))
            {
                return _linkFlows[link];
            }
        }

        return -1;
    }
}
