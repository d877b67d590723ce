using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The messages of one recvmmsg call, each received straight into a superframe buffer behind room for the headers the socket takes off.</summary>
internal sealed unsafe class DatagramSlots(int most, int headerLength, BufferPool superframes) : IDisposable
{
    // Two, so that the call that takes the only message waiting also sees that it was the last.
    private const int Fewest = 2;

    private readonly MessageArena _arena = new(most, areaSize: 0);
    private readonly PacketBuffer?[] _buffers = new PacketBuffer?[most];

    // Buffers cost their rent, so only as many are readied as came lately, and some.
    private int _wanted = Fewest;

    /// <summary>Messages ready to receive into; 0 when no buffer is free.</summary>
    public int Ready()
    {
        for (var i = 0; i < _wanted; i++)
        {
            if ((_buffers[i] ??= superframes.TryRent()) is not { } buffer)
            {
                return i;
            }

            // Some octets into the tailroom: the largest datagram fits whatever its header.
            _arena.Ready(i, PinnedMemory.At(buffer.Memory, PacketBuffer.Headroom + headerLength), BufferPool.SuperframeCapacity);
        }

        return _wanted;
    }

    /// <summary>Receives into <paramref name="ready"/> messages what is waiting; gives how many came, or the negative error number.</summary>
    public int Receive(int socket, int ready)
    {
        var received = BatchedCalls.Receive(socket, _arena.Messages, ready);
        _wanted = Math.Clamp(2 * received, Fewest, _buffers.Length);
        return received;
    }

    /// <summary>The header of a received message.</summary>
    public ref Libc.MessageHeader HeaderOf(int index) => ref _arena.Messages[index].Header;

    /// <summary>The octets of a received message.</summary>
    public Span<byte> PayloadOf(int index) => _buffers[index]!.Memory.AsSpan(PacketBuffer.Headroom + headerLength, (int)_arena.Messages[index].Length);

    /// <summary>Moves the buffer of a received message to the caller, as a packet with its headers still unwritten; the message is of no use afterwards.</summary>
    public PacketBuffer Take(int index)
    {
        var buffer = _buffers[index]!;
        _buffers[index] = null;
        buffer.SetLength(headerLength + (int)_arena.Messages[index].Length);
        return buffer;
    }

    /// <summary>Gives the buffers back that lie outside messages <paramref name="first"/> to <paramref name="end"/>, the latter not included.</summary>
    public void ReturnAllBut(int first, int end)
    {
        for (var i = 0; i < _buffers.Length; i++)
        {
            if (i < first || i >= end)
            {
                _buffers[i]?.Return();
                _buffers[i] = null;
            }
        }
    }

    public void Dispose()
    {
        ReturnAllBut(0, 0);
        _arena.Dispose();
    }
}
