using System.Threading.Channels;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The receiving half of a UDP encapsulation port, used by one thread: takes GRO runs apart, tells ESP from IKE and keepalives, and gives each ESP packet the headers the socket took off.</summary>
internal sealed unsafe class UdpReceiver : IDisposable
{
    private const int MessagesPerCall = 16;

    // Soft errors are ICMP errors about what was sent; this many in a row are none.
    private const int MostErrorsInARow = 16;

    private readonly int _socket;
    private readonly bool _isV4;
    private readonly IpAddress _local;
    private readonly ushort _port;
    private readonly PortBuffers _buffers;
    private readonly PortCounters _counters;
    private readonly MessageArena _arena = new(MessagesPerCall);
    private readonly Channel<IkeDatagram> _ike;
    private readonly int _ikeLimit;
    private int _received;
    private int _message;
    private int _at;
    private IpAddress _source;
    private ushort _sourcePort;
    private ArrivalNotes _notes;
    private long _keepalives;
    private long _tooShort;
    private long _ikeReceived;
    private long _ikeDropped;
    private long _coalesced;

    /// <summary>Receives from a bound socket, whose local address is told where the kernel does not say.</summary>
    public UdpReceiver(int socket, IpAddress local, ushort port, UdpEncapOptions options, PortCounters counters)
    {
        _socket = socket;
        _isV4 = local.Version == IpVersion.V4;
        _local = local;
        _port = port;
        _buffers = options.Buffers;
        _counters = counters;
        _ikeLimit = options.IkeQueue;
        _ike = Channel.CreateBounded<IkeDatagram>(new BoundedChannelOptions(options.IkeQueue) { SingleWriter = true });
    }

    /// <summary>IKE messages as they arrived.</summary>
    public ChannelReader<IkeDatagram> Ike => _ike.Reader;

    /// <summary>What was met beside ESP.</summary>
    public UdpEncapCounts Counts => new(
        Interlocked.Read(ref _keepalives),
        Interlocked.Read(ref _tooShort),
        Interlocked.Read(ref _ikeReceived),
        Interlocked.Read(ref _ikeDropped),
        0,
        Interlocked.Read(ref _coalesced));

    private int Overhead => OutgoingDatagram.HeaderLength(_isV4);

    private Span<byte> Area => new(_arena.AreaOf(_message), (int)_arena.Messages[_message].Length);

    /// <summary>Adds waiting packets until the batch holds <paramref name="limit"/> buffers.</summary>
    public DrainResult Drain(PacketBatch batch, int limit)
    {
        for (var errors = 0; batch.Count < limit;)
        {
            if (_message < _received)
            {
                if (!TryAddNext(batch))
                {
                    return DrainResult.Starved;
                }

                continue;
            }

            switch (Refill())
            {
                case 0:
                    return DrainResult.Empty;

                case < 0:
                    _counters.AddReceiveFailures(1);
                    if (++errors == MostErrorsInARow)
                    {
                        return DrainResult.Gone;
                    }

                    break;
            }
        }

        return DrainResult.Full;
    }

    /// <summary>Ends the IKE channel.</summary>
    public void Dispose()
    {
        _ike.Writer.TryComplete();
        _arena.Dispose();
    }

    private int Refill()
    {
        for (var i = 0; i < _arena.Count; i++)
        {
            _arena.Ready(i);
        }

        var received = BatchedCalls.Receive(_socket, _arena.Messages, _arena.Count);
        _received = Math.Max(received, 0);
        _message = -1;
        BeginNextMessage();
        return received;
    }

    private void BeginNextMessage()
    {
        _at = 0;
        for (_message++; _message < _received; _message++)
        {
            ref var header = ref _arena.Messages[_message].Header;
            if ((header.Flags & (Libc.MessageTruncated | Libc.ControlTruncated)) == 0
                && NativeAddress.TryRead(header.Name, header.NameLength, out _source, out _sourcePort))
            {
                _notes = ArrivalNotes.Read(header);
                _coalesced += _notes.SegmentSize > 0 ? 1 : 0;
                return;
            }

            _counters.AddReceiveFailures(1);
        }
    }

    // False when no buffer is free; the datagram is looked at again next time.
    private bool TryAddNext(PacketBatch batch)
    {
        var size = _notes.SegmentSize > 0 ? _notes.SegmentSize : Area.Length;
        var payload = Area.Slice(_at, Math.Min(size, Area.Length - _at));
        switch (UdpEncapMarker.Classify(payload))
        {
            case UdpEncapKind.Keepalive:
                _keepalives++;
                break;

            case UdpEncapKind.TooShort:
                _tooShort++;
                break;

            case UdpEncapKind.Ike:
                Hand(payload[UdpEncapMarker.Length..]);
                break;

            default:
                if (!TryAddEsp(batch, payload))
                {
                    return false;
                }

                break;
        }

        _at += size;
        if (_at >= Area.Length)
        {
            BeginNextMessage();
        }

        return true;
    }

    private bool TryAddEsp(PacketBatch batch, ReadOnlySpan<byte> payload)
    {
        var length = Overhead + payload.Length;
        if (length > Ipv4View.MaximumLength)
        {
            _counters.AddReceiveFailures(1);
            return true;
        }

        if (_buffers.TryRent(length) is not { } buffer)
        {
            return false;
        }

        var packet = buffer.SetLength(length);
        payload.CopyTo(packet[Overhead..]);
        UdpView.Write(packet[(Overhead - UdpView.HeaderLength)..], _sourcePort, _port);
        new IpHeaderFields(_source, Local(), IpProtocol.Udp, _notes.HopLimit, _notes.Tos, FlowLabel: _notes.FlowLabel).Write(packet);
        batch.Add(buffer);
        return true;
    }

    private void Hand(ReadOnlySpan<byte> message)
    {
        // Looked at before the copy, so that a flood costs no memory.
        if (_ike.Reader.Count >= _ikeLimit)
        {
            _ikeDropped++;
            return;
        }

        var datagram = new IkeDatagram(message.ToArray(), new(Local().ToIPAddress(), _port), new(_source.ToIPAddress(), _sourcePort));
        if (_ike.Writer.TryWrite(datagram))
        {
            _ikeReceived++;
            return;
        }

        _ikeDropped++;
    }

    private IpAddress Local() => _notes.Destination.Version == _local.Version ? _notes.Destination : _local;
}
