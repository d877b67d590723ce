using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;
using IpsecDp.Workloads;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>What ping(8) does: echo requests that the other host's kernel answers.</summary>
internal sealed class EchoFlow : ILabFlow
{
    private const int ContentLength = 512;

    // The kernel answers from one buffer for all, which holds some hundred answers that wait for a data plane.
    private const int MostUnderWay = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly Socket _socket;
    private readonly string _name;
    private readonly bool _isV4;
    private readonly ushort _identifier;
    private readonly FlowTally _tally = new(TrafficClass.Echo);
    private readonly FlowThreads _threads = new();
    private volatile bool _isDraining;
    private volatile bool _isStopping;

    /// <summary>Opens the socket.</summary>
    public EchoFlow(LabSite from, LabSite to, AddressFamily family)
    {
        _isV4 = family == AddressFamily.InterNetwork;
        _name = $"echo {from.Name} to {to.Name}, {(_isV4 ? "IPv4" : "IPv6")}";
        _identifier = (ushort)((from.Name[0] << 8) | (int)family);
        _socket = LabSocket.Open(from, family, SocketType.Raw, _isV4 ? ProtocolType.Icmp : ProtocolType.IcmpV6, 0);
        LabSocket.Enlarge(_socket);
        _socket.Connect(new IPEndPoint(to.ApplicationOf(family), 0));
    }

    /// <inheritdoc/>
    public IReadOnlyList<FlowTally> Tallies => [_tally];

    /// <inheritdoc/>
    public Exception? Failure => _threads.Failure;

    /// <inheritdoc/>
    public void Start() => _threads.Start(_name, Exchange);

    /// <inheritdoc/>
    public void Drain() => _isDraining = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDraining = true;
        _isStopping = true;
        _threads.ExpectEnd();
        _threads.Join();
        _socket.Dispose();
    }

    private void Exchange()
    {
        var message = new byte[IcmpView.HeaderLength + ContentLength];
        var room = new byte[ushort.MaxValue];
        var startedAt = Stopwatch.GetTimestamp();
        while (!_isStopping)
        {
            if (!_isDraining && _tally.Offered - _tally.Delivered < MostUnderWay && Stopwatch.GetElapsedTime(startedAt) >= Interval * _tally.Offered)
            {
                Send(message);
            }

            while (_socket.Poll(_isDraining ? Interval * 5 : Interval / 4, SelectMode.SelectRead))
            {
                Receive(room.AsSpan(0, _socket.Receive(room)));
                if (!_isDraining)
                {
                    break;
                }
            }
        }
    }

    private void Send(byte[] message)
    {
        var number = _tally.Offered;
        IcmpView.TryView(message, out var echo);
        echo.Type = _isV4 ? IcmpType.Echo : IcmpType.V6Echo;
        echo.Rest = ((uint)_identifier << 16) | (ushort)number;
        KnownText.Write(echo.Body, _identifier, number, Stopwatch.GetTimestamp());
        if (_isV4)
        {
            // The kernel fills in ICMPv6's checksum by itself (RFC 3542 §3.1).
            echo.UpdateChecksum();
        }

        _tally.Send(message.Length);
        _socket.Send(message);
    }

    private void Receive(Span<byte> packet)
    {
        // A raw IPv4 socket delivers the IP header, an IPv6 one does not.
        var message = _isV4 && IpPacketView.TryView(packet, out var view) ? view.Payload : packet;
        var replyType = _isV4 ? IcmpType.EchoReply : IcmpType.V6EchoReply;
        if (IcmpView.TryView(message, out var echo) && echo.Type == replyType && echo.Rest >> 16 == _identifier)
        {
            _tally.Receive(echo.Body, _identifier);
        }
    }
}
