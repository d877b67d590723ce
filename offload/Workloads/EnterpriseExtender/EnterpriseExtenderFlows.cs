using IpsecDp.Wire.Ip;
using IpsecDp.Workloads.Flows;

namespace IpsecDp.Workloads.EnterpriseExtender;

/// <summary>Adds a model's Enterprise Extender links, one per address pair, to a host's plan.</summary>
internal sealed class EnterpriseExtenderFlows(FlowPlan plan)
{
    // Signalling and network priority send little and go first whenever they have something.
    private const double UrgentWeight = 1e6;

    private readonly EnterpriseExtenderModel _ee = plan.Model.EnterpriseExtender;
    private readonly List<LinkSignalling> _signalling = [];
    private readonly List<FlowEndpoint> _network = [];
    private readonly List<FlowEndpoint> _high = [];
    private readonly List<FlowEndpoint> _medium = [];
    private readonly List<FlowEndpoint> _low = [];

    /// <summary>Adds everything; gives the links' signalling, at the index of their pair.</summary>
    public LinkSignalling[] AddAll(double weight)
    {
        for (var link = 0; link < plan.Model.Pairs.Count; link++)
        {
            AddLink(link, plan.Model.Pairs[link]);
        }

        plan.Group(UrgentWeight, _signalling);
        plan.Group(UrgentWeight, _network);
        plan.Group(weight * _ee.Shares.High / 100.0, _high);
        plan.Group(weight * _ee.Shares.Medium / 100.0, _medium);
        plan.Group(weight * _ee.Shares.Low / 100.0, _low);
        return [.. _signalling];
    }

    private void AddLink(int link, AddressPair pair)
    {
        AddSignalling(link, pair);
        AddRouteSetup(pair, HostSide.A);
        AddRouteSetup(pair, HostSide.B);
        for (var index = 0; index < _ee.HighConnections; index++)
        {
            AddTransactions(pair);
        }

        for (var index = 0; index < _ee.MediumConnections; index++)
        {
            AddStream(pair, EePorts.Medium, index % 2 == 0 ? HostSide.A : HostSide.B);
        }

        for (var index = 0; index < _ee.LowConnections; index++)
        {
            AddStream(pair, EePorts.Low, index % 2 == 0 ? HostSide.A : HostSide.B);
        }
    }

    private void AddSignalling(int link, AddressPair pair)
    {
        var peer = plan.Side == HostSide.A ? HostSide.B : HostSide.A;
        var envelope = Envelope(pair, EePorts.Signalling);
        var books = plan.Books(TrafficClass.EeSignalling, TrafficClass.EeSignalling);
        var endpoint = new LinkSignalling(envelope, link, plan.Side, plan.Identity(plan.Side), plan.Identity(peer), plan.Model.Ticks(_ee.Liveness), books);
        plan.Add(endpoint);
        _signalling.Add(endpoint);
    }

    private void AddRouteSetup(AddressPair pair, HostSide sender)
    {
        var connection = Connection(TransmissionPriority.Network) with { IsRouteSetup = true };
        var framing = Framing(pair, EePorts.Network, connection);
        var shape = Shape(smallest: 200, largest: 400, framing) with { Interval = plan.Model.Ticks(_ee.RouteSetup) };
        var books = plan.Books(TrafficClass.EeNetwork, TrafficClass.EeNetwork);
        var identity = plan.Identity(sender);
        _network.Add(plan.Add(plan.Side == sender
            ? new PeriodicSender(framing, identity, shape, books)
            : new PeriodicReceiver(framing, identity, books)));
    }

    private void AddTransactions(AddressPair pair)
    {
        var model = plan.Model;
        var framing = Framing(pair, EePorts.High, Connection(TransmissionPriority.High));
        var header = framing.HeaderLength(1);
        var shape = new TransactionShape
        {
            SmallestRequest = 80 - header,
            LargestRequest = 400 - header,
            SmallestResponse = 500 - header,
            LargestResponse = model.PathMtu,
            MostResponses = 1,
            ShortestThink = model.Ticks(_ee.ShortestThink),
            LongestThink = model.Ticks(_ee.LongestThink),
            GiveUpAfter = model.Ticks(model.GiveUpAfter),
        };
        var books = plan.Books(TrafficClass.EeHigh, TrafficClass.EeHigh);
        var requests = plan.Identity(HostSide.A);
        var responses = plan.Identity(HostSide.B);
        _high.Add(plan.Add(plan.Side == HostSide.A
            ? new Requester(framing, requests, responses, shape, books)
            : new Responder(framing, requests, responses, shape, books)));
    }

    private void AddStream(AddressPair pair, ushort port, HostSide sender)
    {
        var isLow = port == EePorts.Low;
        var connection = Connection(isLow ? TransmissionPriority.Low : TransmissionPriority.Medium) with
        {
            PacketsPerMessage = isLow ? _ee.PacketsPerMessage : 1,
            StatusEvery = _ee.StatusEvery,
        };
        var framing = Framing(pair, port, connection);
        var shape = Shape(isLow ? plan.Model.PathMtu : 256, plan.Model.PathMtu, framing);
        if (isLow && _ee.LowPacketsPerSecond > 0)
        {
            shape = shape with { Burst = _ee.LowBurst, Interval = plan.Model.TicksPerSecond / _ee.LowPacketsPerSecond };
        }

        var books = plan.Books(isLow ? TrafficClass.EeLow : TrafficClass.EeMedium, TrafficClass.EeNetwork);
        var identity = plan.Identity(sender);
        FlowEndpoint endpoint = plan.Side == sender ? new StreamSender(framing, identity, shape, books) : new StreamReceiver(framing, identity, shape, books);
        plan.Add(endpoint);

        // A receiver sends nothing but status, which has network priority.
        (plan.Side != sender ? _network : isLow ? _low : _medium).Add(endpoint);
    }

    private StreamShape Shape(int smallest, int largest, RtpFraming framing) => new()
    {
        // A record is cut to what its own packet holds, so a whole BTU is asked for by more than any packet has.
        SmallestRecord = smallest == plan.Model.PathMtu ? smallest : smallest - framing.HeaderLength(1),
        LargestRecord = largest == plan.Model.PathMtu ? largest : largest - framing.HeaderLength(1),
        Window = _ee.Window,
        AcknowledgeEvery = _ee.StatusEvery,
        DelayedAcknowledgment = plan.Model.Ticks(plan.Model.DelayedAcknowledgment),
        GiveUpAfter = plan.Model.Ticks(plan.Model.GiveUpAfter),
    };

    private RtpConnection Connection(TransmissionPriority priority) => new(plan.Model.Seed, (ushort)plan.NextFlow, priority);

    private RtpFraming Framing(AddressPair pair, ushort port, RtpConnection connection) =>
        new(Envelope(pair, port), Envelope(pair, EePorts.Network), connection, plan.Side) { PathMtu = plan.Model.PathMtu };

    private Workloads.Framing.Envelope Envelope(AddressPair pair, ushort port) => plan.Envelope(pair, IpProtocol.Udp, port, port, EePorts.TosOf(port));
}
