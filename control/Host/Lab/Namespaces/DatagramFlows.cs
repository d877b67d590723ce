using System.Net.Sockets;
using IpsecDp.Workloads;
using IpsecDp.Workloads.EnterpriseExtender;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>UDP both ways over each family: the five ports of Enterprise Extender with their DSCP, and one with datagrams that travel in fragments.</summary>
internal sealed class DatagramFlows : ILabFlow
{
    // Above Enterprise Extender's ports and below the ephemeral ones.
    private const int OtherPort = 15000;
    private const int ShortDatagram = 200;
    private const int LongDatagram = 1300;
    private const int FragmentedDatagram = 8000;

    private static readonly TimeSpan EeInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan OtherInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly List<DatagramEndpoint> _atA = [];
    private readonly List<DatagramEndpoint> _atB = [];
    private readonly FlowThreads _threads = new();
    private volatile bool _isDraining;
    private volatile bool _isStopping;

    /// <summary>Opens all sockets.</summary>
    public DatagramFlows(LabSite a, LabSite b)
    {
        foreach (var family in a.Families)
        {
            for (var port = EePorts.Signalling; port <= EePorts.Low; port++)
            {
                Pair(a, b, family, port, EePorts.TosOf(port), (TrafficClass)(port - EePorts.Signalling + (int)TrafficClass.EeSignalling), EeInterval, ShortDatagram, LongDatagram);
            }

            Pair(a, b, family, OtherPort, 0, TrafficClass.Datagram, OtherInterval, LongDatagram, FragmentedDatagram, KnownText.HeaderLength);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<FlowTally> Tallies => [.. _atA.Concat(_atB).Select(endpoint => endpoint.Sent)];

    /// <inheritdoc/>
    public Exception? Failure => _threads.Failure;

    /// <inheritdoc/>
    public void Start()
    {
        _threads.Start("udp A receives", () => Receive(_atA));
        _threads.Start("udp B receives", () => Receive(_atB));
        _threads.Start("udp A sends", () => Send(_atA));
        _threads.Start("udp B sends", () => Send(_atB));
    }

    /// <inheritdoc/>
    public void Drain() => _isDraining = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDraining = true;
        _isStopping = true;
        _threads.ExpectEnd();
        _threads.Join();
        _atA.Concat(_atB).ToList().ForEach(endpoint => endpoint.Dispose());
    }

    private void Pair(LabSite a, LabSite b, AddressFamily family, int port, byte tos, TrafficClass trafficClass, TimeSpan interval, params int[] lengths)
    {
        var endpointOfA = new DatagramEndpoint(a, b, family, port, tos, trafficClass, interval, lengths);
        _atA.Add(endpointOfA);
        var endpointOfB = new DatagramEndpoint(b, a, family, port, tos, trafficClass, interval, lengths);
        _atB.Add(endpointOfB);
        (endpointOfA.Peer, endpointOfB.Peer) = (endpointOfB, endpointOfA);
    }

    private void Send(List<DatagramEndpoint> endpoints)
    {
        while (!_isDraining)
        {
            endpoints.ForEach(endpoint => endpoint.SendIfDue());
            Thread.Sleep(Pause);
        }
    }

    private void Receive(List<DatagramEndpoint> endpoints)
    {
        var room = new byte[ushort.MaxValue];
        while (!_isStopping)
        {
            var ready = endpoints.Select(endpoint => endpoint.Socket).ToList();
            Socket.Select(ready, null, null, Patience);
            foreach (var endpoint in endpoints)
            {
                endpoint.ReceiveAll(room);
            }
        }
    }
}
