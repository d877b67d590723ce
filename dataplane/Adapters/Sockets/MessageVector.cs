using System.Runtime.CompilerServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The messages of one sendmmsg call, each with its destination, pieces and control messages, laid out in memory the sender lends from its stack.</summary>
internal unsafe ref struct MessageVector
{
    /// <summary>Most messages of one call.</summary>
    public const int MaximumMessages = 64;

    /// <summary>Most pieces of all messages together.</summary>
    public const int MaximumPieces = 192;

    /// <summary>Octets the sender lends.</summary>
    public const int ScratchSize = OriginsAt + (MaximumMessages * OriginSize);

    private const int MessageSize = 64;
    private const int PieceSize = 16;
    private const int NameSpace = 32;
    private const int OriginSize = 16;

    // Packet information, TOS and segment size with their headers come to 88 octets over IPv6.
    private const int ControlSpace = 96;
    private const int PiecesAt = MaximumMessages * MessageSize;
    private const int NamesAt = PiecesAt + (MaximumPieces * PieceSize);
    private const int ControlsAt = NamesAt + (MaximumMessages * NameSpace);

    private const int OriginsAt = ControlsAt + (MaximumMessages * ControlSpace);

    private readonly byte* _scratch;
    private int _pieces;

    /// <summary>An empty vector over <see cref="ScratchSize"/> octets.</summary>
    public MessageVector(byte* scratch) => _scratch = scratch;

    /// <summary>Messages begun.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no message or no piece more fits.</summary>
    public readonly bool IsFull => Count == MaximumMessages || _pieces == MaximumPieces;

    /// <summary>Whether no piece more fits.</summary>
    public readonly bool IsOutOfPieces => _pieces == MaximumPieces;

    /// <summary>The messages.</summary>
    public readonly Libc.Message* Messages => (Libc.Message*)_scratch;

    private readonly PacketOrigin* Origins => (PacketOrigin*)(_scratch + OriginsAt);

    /// <summary>The packet a message is made from.</summary>
    public readonly PacketOrigin OriginOf(int index) => Origins[index];

    /// <summary>Begins a message without pieces and control; <paramref name="origin"/> is the packet it is made from.</summary>
    public void Begin(IpAddress destination, int port, uint scope, PacketOrigin origin)
    {
        var name = _scratch + NamesAt + (Count * NameSpace);
        var nameLength = NativeAddress.Write(name, destination, port, scope);
        Messages[Count] = default;
        Messages[Count].Header = new Libc.MessageHeader
        {
            Name = name,
            NameLength = (uint)nameLength,
            Pieces = (Libc.IoVector*)(_scratch + PiecesAt) + _pieces,
            Control = _scratch + ControlsAt + (Count * ControlSpace),
        };
        Origins[Count] = origin;
        Count++;
    }

    /// <summary>Adds a piece to the message begun last.</summary>
    public void AddPiece(byte* octets, int length)
    {
        ref var header = ref Messages[Count - 1].Header;
        header.Pieces[header.PieceCount++] = new Libc.IoVector { Base = octets, Length = (nuint)length };
        _pieces++;
    }

    /// <summary>Adds a control message to the message begun last.</summary>
    public readonly void AddControl<T>(int level, int type, T content)
        where T : unmanaged
    {
        ref var header = ref Messages[Count - 1].Header;
        var octets = new ReadOnlySpan<byte>(&content, sizeof(T));
        header.ControlLength += (nuint)ControlMessages.Write((byte*)header.Control + header.ControlLength, level, type, octets);
    }

    /// <summary>Forgets all messages.</summary>
    public void Clear()
    {
        Count = 0;
        _pieces = 0;
    }
}
