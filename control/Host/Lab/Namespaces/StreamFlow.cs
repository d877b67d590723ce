using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Workloads;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>A TCP connection that one host opens and fills with numbered records, each verified at the other end.</summary>
internal sealed class StreamFlow : ILabFlow
{
    private const int RecordLength = 1 << 16;

    // Bounds what is under way, so that the tunnel's own sockets hold all of it.
    private const int SendBuffer = 1 << 19;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromMinutes(1);

    private readonly Socket _listener;
    private readonly Socket _sender;
    private readonly IPEndPoint _destination;
    private readonly string _name;
    private readonly uint _flow;
    private readonly FlowTally _tally = new(TrafficClass.Bulk);
    private readonly FlowThreads _threads = new();
    private volatile Socket? _receiver;
    private volatile bool _isDraining;

    /// <summary>Opens both sockets; <paramref name="port"/> is the listener's.</summary>
    public StreamFlow(LabSite from, LabSite to, AddressFamily family, int port)
    {
        _name = $"tcp {from.Name} to {to.Name}, {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")}";
        _flow = (uint)((from.Name[0] << 24) | ((int)family << 16) | port);
        _destination = new IPEndPoint(to.ApplicationOf(family), port);
        _listener = LabSocket.Open(to, family, SocketType.Stream, ProtocolType.Tcp, port);
        _listener.Listen(1);
        _sender = LabSocket.Open(from, family, SocketType.Stream, ProtocolType.Tcp, 0);
        _sender.SendBufferSize = SendBuffer;
    }

    /// <inheritdoc/>
    public IReadOnlyList<FlowTally> Tallies => [_tally];

    /// <inheritdoc/>
    public Exception? Failure => _threads.Failure;

    /// <inheritdoc/>
    public void Start()
    {
        _threads.Start($"{_name}, receiver", Receive);
        _threads.Start($"{_name}, sender", Send);
    }

    /// <inheritdoc/>
    public void Drain() => _isDraining = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDraining = true;
        _threads.ExpectEnd();
        _sender.Dispose();
        _listener.Dispose();
        _receiver?.Dispose();
        _threads.Join();
        _receiver?.Dispose();
    }

    private void Send()
    {
        using (var patience = new CancellationTokenSource(ConnectPatience))
        {
            _sender.ConnectAsync(_destination, patience.Token).AsTask().GetAwaiter().GetResult();
        }

        var record = new byte[RecordLength];
        while (!_isDraining)
        {
            KnownText.Write(record, _flow, _tally.Offered, Stopwatch.GetTimestamp());
            _tally.Send(record.Length);
            for (var sent = 0; sent < record.Length;)
            {
                sent += _sender.Send(record.AsSpan(sent));
            }
        }

        _sender.Shutdown(SocketShutdown.Send);
    }

    private void Receive()
    {
        var receiver = _listener.Accept();
        _receiver = receiver;
        var record = new byte[RecordLength];
        while (true)
        {
            var received = 0;
            while (received < record.Length && receiver.Receive(record.AsSpan(received)) is var count and > 0)
            {
                received += count;
            }

            if (received == 0)
            {
                return;
            }

            _tally.Receive(record.AsSpan(0, received), _flow);
        }
    }
}
