using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using IpsecDp.Ports;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Adapters.Sockets;

/// <summary>A UDP socket for IKE alone: port 500, or 4500 with the non-ESP marker where ESP does not travel in UDP. A thread reads it.</summary>
public sealed class IkePort : IIkeChannel, IDisposable
{
    private const int MostWaiting = 512;
    private const int LongestDatagram = 65_535;

    private readonly Socket _socket;
    private readonly bool _hasMarker;
    private readonly Thread _reader;
    private readonly Channel<IkeDatagram> _received = Channel.CreateBounded<IkeDatagram>(new BoundedChannelOptions(MostWaiting) { SingleWriter = true });
    private long _dropped;

    private IkePort(Socket socket, bool hasMarker)
    {
        (_socket, _hasMarker) = (socket, hasMarker);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _reader = new Thread(Read) { IsBackground = true, Name = $"ike {LocalEndPoint.Port}" };
        _reader.Start();
    }

    /// <summary>The address and port bound to.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Messages there was no room for, and datagrams without a marker where one belongs.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public ChannelReader<IkeDatagram> Received => _received.Reader;

    /// <summary>Opens a socket in the calling thread's network namespace; throws <see cref="AdapterException"/> where the port is taken or the address is not this host's.</summary>
    public static IkePort Open(IPEndPoint local, bool hasMarker)
    {
        ArgumentNullException.ThrowIfNull(local);
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(local);
            return new IkePort(socket, hasMarker);
        }
        catch (SocketException refusal)
        {
            socket.Dispose();
            throw new AdapterException($"UDP {local} cannot be opened for IKE: {refusal.Message}; another IKE daemon may run on this host.", refusal);
        }
    }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<byte> message, IPEndPoint local, IPEndPoint remote)
    {
        var marker = _hasMarker ? UdpEncapMarker.Length : 0;
        var datagram = new byte[marker + message.Length];
        message.CopyTo(datagram.AsSpan(marker));
        try
        {
            return remote.AddressFamily == _socket.AddressFamily && _socket.SendTo(datagram, remote) == datagram.Length;
        }
        catch (Exception refusal) when (refusal is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _reader.Join();
    }

    private void Read()
    {
        var octets = new byte[LongestDatagram];
        EndPoint from = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            int length;
            try
            {
                length = _socket.ReceiveFrom(octets, SocketFlags.None, ref from);
            }
            catch (SocketException refusal) when (refusal.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.MessageSize)
            {
                // What a peer's ICMP said about an earlier datagram is nobody's proof of anything (RFC 7296 §2.4).
                continue;
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                _received.Writer.TryComplete();
                return;
            }

            Take(octets.AsSpan(0, length), (IPEndPoint)from);
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (_hasMarker)
        {
            if (UdpEncapMarker.Classify(datagram) != UdpEncapKind.Ike)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            datagram = datagram[UdpEncapMarker.Length..];
        }

        if (!_received.Writer.TryWrite(new IkeDatagram(datagram.ToArray(), LocalEndPoint, from)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }
}
