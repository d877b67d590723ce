using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Workloads;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>A UDP socket of one host that talks to the same port of the other; non-blocking.</summary>
internal sealed class DatagramEndpoint : IDisposable
{
    private readonly byte[] _content = new byte[ushort.MaxValue];
    private readonly int[] _lengths;
    private readonly TimeSpan _interval;
    private readonly uint _flow;
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>Binds and connects it; datagrams have <paramref name="lengths"/> octets in turn.</summary>
    public DatagramEndpoint(LabSite site, LabSite peer, AddressFamily family, int port, byte tos, TrafficClass trafficClass, TimeSpan interval, params int[] lengths)
    {
        (_lengths, _interval) = (lengths, interval);
        _flow = (uint)((site.Name[0] << 24) | ((int)family << 16) | port);
        Sent = new FlowTally(trafficClass);
        Socket = LabSocket.Open(site, family, SocketType.Dgram, ProtocolType.Udp, port);
        Socket.Blocking = false;
        LabSocket.Enlarge(Socket);
        LabSocket.Mark(Socket, tos);
        Socket.Connect(new IPEndPoint(peer.ApplicationOf(family), port));
    }

    /// <summary>The socket, to wait on.</summary>
    public Socket Socket { get; }

    /// <summary>What it sent.</summary>
    public FlowTally Sent { get; }

    /// <summary>The endpoint it talks to.</summary>
    public DatagramEndpoint? Peer { get; set; }

    /// <summary>Sends one datagram if it is time.</summary>
    public void SendIfDue()
    {
        if (Stopwatch.GetElapsedTime(_startedAt) < _interval * Sent.Offered)
        {
            return;
        }

        var number = Sent.Offered;
        var content = _content.AsSpan(0, _lengths[number % _lengths.Length]);
        KnownText.Write(content, _flow, number, Stopwatch.GetTimestamp());
        Sent.Send(content.Length);
        // A socket whose buffer is full takes nothing; the datagram has then not been lost but waits.
        while (Socket.Send(content, SocketFlags.None, out var refusal) < content.Length)
        {
            if (refusal != SocketError.WouldBlock)
            {
                throw new SocketException((int)refusal);
            }

            Socket.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectWrite);
        }
    }

    /// <summary>Takes what waits.</summary>
    public void ReceiveAll(byte[] room)
    {
        while (Socket.Receive(room, SocketFlags.None, out var refusal) is var length)
        {
            if (refusal == SocketError.WouldBlock)
            {
                return;
            }

            if (refusal != SocketError.Success)
            {
                throw new SocketException((int)refusal);
            }

            Peer!.Sent.Receive(room.AsSpan(0, length), Peer._flow);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
}
