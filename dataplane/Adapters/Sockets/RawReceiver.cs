using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>Receives from a raw socket, each packet straight into the buffer it travels in; over IPv6, where the socket takes the header off, the header is written anew from what the kernel notes.</summary>
internal sealed unsafe class RawReceiver : IDisposable
{
    // Soft errors are ICMP errors about what was sent; this many in a row are none.
    private const int MostErrorsInARow = 16;

    private const int Fewest = 2;

    private readonly NativeSocket _socket;
    private readonly byte _protocol;
    private readonly PortBuffers _buffers;
    private readonly PortCounters _counters;
    private readonly MessageArena _arena;
    private readonly PacketBuffer?[] _rented;

    // Buffers cost their rent, so only as many are readied as came lately, and some; two, so that the call that takes the only packet waiting also sees that it was the last.
    private int _wanted = Fewest;

    /// <summary>Takes over the socket, whose protocol is <paramref name="protocol"/>, and receives up to <paramref name="messages"/> packets a call.</summary>
    public RawReceiver(NativeSocket socket, byte protocol, int messages, PortBuffers buffers, PortCounters counters)
    {
        _socket = socket;
        _protocol = protocol;
        _buffers = buffers;
        _counters = counters;
        _arena = new MessageArena(messages, MessageArena.AreaSize);
        _rented = new PacketBuffer?[messages];
    }

    /// <summary>The kernel's number of the socket.</summary>
    public int Descriptor => _socket.Descriptor;

    private int FrontRoom => _socket.IsV4 ? 0 : Ipv6View.HeaderLength;

    /// <summary>Adds waiting packets until the batch holds <paramref name="limit"/> buffers.</summary>
    public DrainResult Drain(PacketBatch batch, int limit)
    {
        for (var errors = 0; batch.Count < limit;)
        {
            var count = Rent(Math.Min(_wanted, limit - batch.Count));
            if (count == 0)
            {
                return DrainResult.Starved;
            }

            var received = BatchedCalls.Receive(_socket.Descriptor, _arena.Messages, count);
            for (var i = 0; i < received; i++)
            {
                Accept(batch, i);
            }

            ReturnUnused(count);
            _wanted = Math.Clamp(2 * received, Fewest, _arena.Count);
            if (received >= 0 && received < count)
            {
                return DrainResult.Empty;
            }

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

    public void Dispose()
    {
        _socket.Dispose();
        _arena.Dispose();
    }

    private int Rent(int wanted)
    {
        for (var i = 0; i < wanted; i++)
        {
            if (_buffers.Packets.TryRent() is not { } buffer)
            {
                return i;
            }

            _rented[i] = buffer;
            _arena.Ready(i, PinnedMemory.At(buffer.Memory, PacketBuffer.Headroom + FrontRoom), buffer.Capacity - FrontRoom);
        }

        return wanted;
    }

    private void ReturnUnused(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _rented[i]?.Return();
            _rented[i] = null;
        }
    }

    private void Accept(PacketBatch batch, int index)
    {
        ref var message = ref _arena.Messages[index];
        if ((message.Header.Flags & (Libc.MessageTruncated | Libc.ControlTruncated)) != 0 || !TryCollect(index, out var buffer))
        {
            _counters.AddReceiveFailures(1);
            return;
        }

        if (!_socket.IsV4 && !TryWriteHeader(buffer, message.Header))
        {
            buffer.Return();
            _counters.AddReceiveFailures(1);
            return;
        }

        batch.Add(buffer);
    }

    // Where the packet did not fit its buffer, both parts of it move into a larger one.
    private bool TryCollect(int index, out PacketBuffer buffer)
    {
        var length = (int)_arena.Messages[index].Length;
        buffer = _rented[index]!;
        var small = buffer.Capacity - FrontRoom;
        if (length <= small)
        {
            _rented[index] = null;
            buffer.SetLength(FrontRoom + length);
            return true;
        }

        if (FrontRoom + length > _buffers.Superframes.Capacity || _buffers.Superframes.TryRent() is not { } large)
        {
            return false;
        }

        var target = large.SetLength(FrontRoom + length);
        buffer.SetLength(buffer.Capacity).CopyTo(target);
        new ReadOnlySpan<byte>(_arena.AreaOf(index), length - small).CopyTo(target[buffer.Capacity..]);
        buffer = large;
        return true;
    }

    // The flow label is the kernel's note where it gives one; AH leaves it out of its sum (RFC 4302 §3.3.3.1.2).
    private bool TryWriteHeader(PacketBuffer buffer, in Libc.MessageHeader message)
    {
        var notes = ArrivalNotes.Read(message);
        if (!NativeAddress.TryRead(message.Name, message.NameLength, out var source, out _) || notes.Destination.Version != IpVersion.V6)
        {
            return false;
        }

        if (notes.ExtensionLength > 0 && !TryMakeRoom(buffer, notes.ExtensionLength))
        {
            return false;
        }

        var first = notes.ExtensionLength > 0 ? ArrivalNotes.CopyExtensions(message, buffer.Packet[Ipv6View.HeaderLength..]) : _protocol;
        new IpHeaderFields(source, notes.Destination, first, notes.HopLimit, notes.Tos, FlowLabel: notes.FlowLabel).Write(buffer.Packet);
        return true;
    }

    private static bool TryMakeRoom(PacketBuffer buffer, int length)
    {
        if (buffer.Length + length > buffer.Capacity)
        {
            return false;
        }

        var before = buffer.Length;
        buffer.Append(length);
        buffer.Packet[Ipv6View.HeaderLength..before].CopyTo(buffer.Packet[(Ipv6View.HeaderLength + length)..]);
        return true;
    }
}
