using IpsecDp.Adapters.Linux;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The receiving half of a UDP encapsulation port, used by one thread: tells ESP from IKE and keepalives, and gives ESP the headers the socket took off, to each packet or once to a whole GRO run.</summary>
internal sealed unsafe class UdpReceiver : IPacketQueue, IDisposable
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
    private readonly DatagramSlots _slots;
    private readonly bool _takesWhole;
    private readonly IkeInbox _ike;
    private int _received;
    private int _message;
    private int _at;
    private IpAddress _source;
    private ushort _sourcePort;
    private ArrivalNotes _notes;
    private DatagramShape _shape;
    private int _octetsLeft;
    private long _keepalives;
    private long _tooShort;
    private long _coalesced;
    private long _refusedShapes;

    /// <summary>Receives from a bound socket, whose local address is told where the kernel does not say.</summary>
    public UdpReceiver(int socket, IpAddress local, ushort port, UdpEncapOptions options, IkeInbox ike, PortCounters counters)
    {
        _socket = socket;
        _isV4 = local.Version == IpVersion.V4;
        _local = local;
        _port = port;
        _buffers = options.Buffers;
        _takesWhole = options.WholeDatagrams;
        _slots = new DatagramSlots(MessagesPerCall, OutgoingDatagram.HeaderLength(_isV4), _buffers.Superframes);
        _counters = counters;
        _ike = ike;
    }

    /// <summary>What was met beside ESP and IKE.</summary>
    public UdpEncapCounts Counts => new(
        Interlocked.Read(ref _keepalives),
        Interlocked.Read(ref _tooShort),
        0,
        0,
        0,
        Interlocked.Read(ref _coalesced),
        Interlocked.Read(ref _refusedShapes));

    private int Overhead => OutgoingDatagram.HeaderLength(_isV4);

    /// <summary>Whether something came by the last call that is not handed on yet, or waits at the socket.</summary>
    public bool HasWaiting => _message < _received || Libc.IsReadable(_socket);

    /// <inheritdoc/>
    public DrainResult Drain(PacketBatch batch, int limit, int octets = int.MaxValue)
    {
        _octetsLeft = octets;
        var result = Fill(batch, limit);
        _slots.ReturnAllBut(_message, _received);
        return result;
    }

    /// <summary>Gives back what waits inside.</summary>
    public void Dispose()
    {
        _slots.Dispose();
    }

    private DrainResult Fill(PacketBatch batch, int limit)
    {
        var isDrained = false;
        for (var errors = 0; batch.Count < limit && _octetsLeft > 0;)
        {
            if (_message < _received)
            {
                if (!TryAddNext(batch))
                {
                    return DrainResult.Starved;
                }

                continue;
            }

            if (isDrained)
            {
                return DrainResult.Empty;
            }

            var ready = _slots.Ready();
            if (ready == 0)
            {
                return DrainResult.Starved;
            }

            var received = _slots.Receive(_socket, ready);
            isDrained = received >= 0 && received < ready;
            Begin(received);
            if (received < 0)
            {
                _counters.AddReceiveFailures(1);
                if (++errors == MostErrorsInARow)
                {
                    return DrainResult.Gone;
                }
            }
        }

        return DrainResult.Full;
    }

    private void Begin(int received)
    {
        _received = Math.Max(received, 0);
        _message = -1;
        BeginNextMessage();
    }

    private void BeginNextMessage()
    {
        _at = 0;
        for (_message++; _message < _received; _message++)
        {
            if (TryReadMessage(ref _slots.HeaderOf(_message)))
            {
                return;
            }

            _counters.AddReceiveFailures(1);
        }
    }

    private bool TryReadMessage(ref Libc.MessageHeader header)
    {
        if ((header.Flags & (Libc.MessageTruncated | Libc.ControlTruncated)) != 0
            || !NativeAddress.TryRead(header.Name, header.NameLength, out _source, out _sourcePort))
        {
            return false;
        }

        _notes = ArrivalNotes.Read(header);
        _coalesced += _notes.SegmentSize is null ? 0 : 1;
        if (DatagramShape.TryRead(_slots.PayloadOf(_message).Length, _notes.SegmentSize, out _shape))
        {
            return true;
        }

        _refusedShapes++;
        return false;
    }

    // False when no buffer is free; the datagram is looked at again next time.
    private bool TryAddNext(PacketBatch batch)
    {
        var whole = _slots.PayloadOf(_message);
        if (_takesWhole && _at == 0 && Overhead + whole.Length <= Ipv4View.MaximumLength && _shape.IsCipherSuperframe(whole))
        {
            Deliver(batch, _slots.Take(_message), new Segmentation(SegmentKind.Udp, (ushort)_shape.Size, (ushort)Overhead, IsChecksumMissing: false));
            BeginNextMessage();
            return true;
        }

        var payload = whole.Slice(_at, Math.Min(_shape.Size, whole.Length - _at));
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

        _at += payload.Length;
        if (_at >= _shape.Length)
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

        if (_shape.Count == 1 && length > _buffers.Packets.Capacity)
        {
            Deliver(batch, _slots.Take(_message), Segmentation.None);
            return true;
        }

        if (_buffers.TryRent(length) is not { } buffer)
        {
            return false;
        }

        payload.CopyTo(buffer.SetLength(length)[Overhead..]);
        Deliver(batch, buffer, Segmentation.None);
        return true;
    }

    private void Deliver(PacketBatch batch, PacketBuffer buffer, Segmentation segments)
    {
        var packet = buffer.Packet;
        UdpView.Write(packet[(Overhead - UdpView.HeaderLength)..], _sourcePort, _port);
        new IpHeaderFields(_source, Local(), IpProtocol.Udp, _notes.HopLimit, _notes.Tos, FlowLabel: _notes.FlowLabel).Write(packet);
        buffer.Segments = segments;
        _octetsLeft -= buffer.Length;
        batch.Add(buffer);
    }

    private void Hand(ReadOnlySpan<byte> message)
    {
        if (_ike.TakesAnother())
        {
            _ike.Add(new IkeDatagram(message.ToArray(), new(Local().ToIPAddress(), _port), new(_source.ToIPAddress(), _sourcePort)));
        }
    }

    private IpAddress Local() => _notes.Destination.Version == _local.Version ? _notes.Destination : _local;
}
