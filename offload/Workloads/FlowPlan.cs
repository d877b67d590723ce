using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.Accounting;
using IpsecDp.Workloads.Flows;
using IpsecDp.Workloads.Framing;
using IpsecDp.Workloads.Mix;
using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads;

/// <summary>Numbers the flows of a model, the same on both hosts, and collects one host's ends of them; the kinds of traffic add theirs.</summary>
internal sealed class FlowPlan(TrafficModel model, HostSide side, HostLedger ledger)
{
    private readonly List<FlowEndpoint> _flows = [];
    private readonly List<FlowGroup> _groups = [];

    public TrafficModel Model => model;

    public HostSide Side => side;

    /// <summary>Ends of all flows, at the index of the flow's number.</summary>
    public FlowEndpoint[] Flows => [.. _flows];

    public FlowGroup[] Groups => [.. _groups];

    /// <summary>The number the next flow gets.</summary>
    public int NextFlow => _flows.Count;

    public AddressPair PairOf(int index) => model.Pairs[index % model.Pairs.Count];

    public FlowIdentity Identity(HostSide sender) => FlowIdentity.Of(model.Seed, NextFlow, sender);

    public FlowBooks Books(TrafficClass data, TrafficClass acknowledgments) =>
        new(NextFlow, data, ledger.Of(data), acknowledgments, ledger.Of(acknowledgments), model.TicksPerSecond);

    public Envelope Envelope(AddressPair pair, byte protocol, ushort localPort, ushort remotePort, byte tos)
    {
        var label = (uint)SeedDerivation.Derive(model.Seed ^ 0xF1, (ulong)NextFlow) & 0xFFFFF;
        var fields = new IpHeaderFields(pair.Of(side), pair.PeerOf(side), protocol, 0, tos, DontFragment: true, FlowLabel: label);
        return new(fields, localPort, remotePort);
    }

    public FlowEndpoint Add(FlowEndpoint endpoint)
    {
        _flows.Add(endpoint);
        return endpoint;
    }

    public void Group(double weight, IReadOnlyCollection<FlowEndpoint> flows)
    {
        if (flows.Count > 0)
        {
            _groups.Add(new(weight, [.. flows]));
        }
    }
}
