using System.Buffers.Binary;
using System.Runtime.InteropServices;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Answers to the kernel that leave in one call, some with the packet that takes the place of the one it holds, gathered from where it lies.</summary>
internal unsafe ref struct VerdictBatch
{
    /// <summary>Octets the caller lends, which start at a multiple of 8.</summary>
    public const int ScratchSize = HeadersAt + (MostVerdicts * HeaderSpace);

    /// <summary>Most octets of one packet: an attribute's length has 16 bits and counts its own header.</summary>
    public const int LongestPacket = ushort.MaxValue - NetlinkAttributes.HeaderLength;

    private const int MostVerdicts = 32;
    private const int MostPieces = 224;
    private const int PieceSize = 16;
    private const int HeadersAt = (MostPieces * PieceSize) + PieceSize;
    private const int PadAt = MostPieces * PieceSize;

    // Netlink and netfilter header, the verdict, and a payload attribute's header.
    private const int VerdictLength = NetlinkMessage.HeaderLength + 4 + NetlinkAttributes.HeaderLength + 8;
    private const int HeaderSpace = 160;
    private const int VerdictAt = VerdictLength - 8;

    // More than this in one message and the kernel takes memory page by page for it.
    private const int MostOctets = 64 * 1024;

    private readonly byte* _scratch;
    private QueueSocket? _socket;
    private int _verdicts;
    private int _pieces;
    private int _octets;

    /// <summary>An empty batch over <see cref="ScratchSize"/> octets.</summary>
    public VerdictBatch(byte* scratch, QueueSocket? socket = null)
    {
        _scratch = scratch;
        _socket = socket;
        *(ulong*)(scratch + PadAt) = 0;
    }

    private readonly Libc.IoVector* Pieces => (Libc.IoVector*)_scratch;

    /// <summary>Answers a packet of the socket's; what was gathered for another socket leaves first.</summary>
    public void Settle(QueueSocket socket, QueueMark mark, uint verdict)
    {
        Turn(socket);
        Settle(mark, verdict);
    }

    /// <summary>Answers a packet without another in its place.</summary>
    public void Settle(QueueMark mark, uint verdict)
    {
        MakeRoom(1, 0);
        var writer = Begin(mark, verdict);
        writer.Close();
        End(writer.Length);
    }

    /// <summary>Lets a packet go on as what the buffer holds, which stays where it is until <see cref="Flush"/>; the caller has looked at <see cref="LongestPacket"/>.</summary>
    public void Replace(QueueSocket socket, QueueMark mark, PacketBuffer buffer)
    {
        Turn(socket);
        MakeRoom(3, buffer.Length);
        var writer = Begin(mark, QueueNumbers.Accept);
        _ = writer.AddHeader(QueueNumbers.Payload, buffer.Length);
        writer.Close(buffer.Length);
        End(writer.Length);
        AddPiece(PinnedMemory.Of(buffer), buffer.Length);
        Pad(buffer.Length);
    }

    /// <summary>Lets a packet go on as one that is gathered: a header, written into the span this gives, and pieces added by <see cref="AddPiece"/>; the caller ends with <see cref="Pad"/>.</summary>
    public Span<byte> BeginGathered(QueueSocket socket, QueueMark mark, int headerLength, int length, int pieces)
    {
        Turn(socket);
        MakeRoom(pieces + 2, length);
        var writer = Begin(mark, QueueNumbers.Accept);
        var header = writer.AddHeader(QueueNumbers.Payload, length)[..headerLength];
        writer.Close(length);
        End(writer.Length + headerLength);
        return header;
    }

    /// <summary>Adds octets to the packet begun last.</summary>
    public void AddPiece(byte* octets, int length)
    {
        Pieces[_pieces++] = new Libc.IoVector { Base = octets, Length = (nuint)length };
        _octets += length;
    }

    /// <summary>Ends a packet of a length.</summary>
    public void Pad(int length)
    {
        var padding = NetlinkMessage.Aligned(length) - length;
        if (padding > 0)
        {
            AddPiece(_scratch + PadAt, padding);
        }
    }

    /// <summary>Sends what was gathered. What the kernel refuses as it is gets dropped: no packet may wait for an answer that never comes.</summary>
    public void Flush()
    {
        if (_verdicts > 0 && !_socket!.TrySend(Pieces, _pieces))
        {
            _socket.CountFailed(_verdicts);
            DropEach();
        }

        (_verdicts, _pieces, _octets) = (0, 0, 0);
    }

    private readonly byte* Header(int index) => _scratch + HeadersAt + (index * HeaderSpace);

    private readonly void DropEach()
    {
        for (var i = 0; i < _verdicts; i++)
        {
            var header = new Span<byte>(Header(i), VerdictLength);
            MemoryMarshal.Write(header, (uint)VerdictLength);
            BinaryPrimitives.WriteUInt32BigEndian(header[VerdictAt..], QueueNumbers.Drop);
            var piece = new Libc.IoVector { Base = Header(i), Length = VerdictLength };
            _ = _socket!.TrySend(&piece, 1);
        }
    }

    private void Turn(QueueSocket socket)
    {
        if (_socket != socket)
        {
            Flush();
            _socket = socket;
        }
    }

    private void MakeRoom(int pieces, int octets)
    {
        if (_verdicts == MostVerdicts || _pieces + pieces > MostPieces || (_verdicts > 0 && _octets + octets > MostOctets))
        {
            Flush();
        }
    }

    private readonly NetlinkWriter Begin(QueueMark mark, uint verdict)
    {
        var header = new Span<byte>(Header(_verdicts), HeaderSpace);
        var writer = new NetlinkWriter(header, QueueNumbers.VerdictMessage, QueueNumbers.Request, 0, _socket!.Queues[mark.Queue % _socket.Queues.Count]);
        Span<byte> content = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(content, verdict);
        BinaryPrimitives.WriteUInt32BigEndian(content[4..], mark.Id);
        writer.Add(QueueNumbers.VerdictHeader, content);
        return writer;
    }

    private void End(int length)
    {
        Pieces[_pieces++] = new Libc.IoVector { Base = Header(_verdicts), Length = (nuint)length };
        _octets += length;
        _verdicts++;
    }
}
