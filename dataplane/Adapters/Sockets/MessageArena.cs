using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Adapters.Sockets;

/// <summary>The messages of one recvmmsg call in memory of their own, allocated once: per message a name, a control area, two pieces and, where it is wanted, an area for octets.</summary>
internal sealed unsafe class MessageArena : IDisposable
{
    /// <summary>Octets one message's area holds: the largest datagram and more than the largest GRO run.</summary>
    public const int AreaSize = 65536;

    private const int NameSpace = 32;
    private const int ControlSpace = 512;
    private const int PiecesPerMessage = 2;

    private readonly int _areaSize;
    private readonly byte* _memory;
    private readonly Libc.IoVector* _pieces;
    private readonly byte* _names;
    private readonly byte* _controls;
    private readonly byte* _areas;

    /// <summary>Room for <paramref name="count"/> messages, each with an area of <paramref name="areaSize"/> octets; pages nobody writes cost nothing.</summary>
    public MessageArena(int count, int areaSize)
    {
        (Count, _areaSize) = (count, areaSize);
        var perMessage = sizeof(Libc.Message) + (PiecesPerMessage * sizeof(Libc.IoVector)) + NameSpace + ControlSpace + areaSize;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(perMessage * count));
        _pieces = (Libc.IoVector*)(_memory + (count * sizeof(Libc.Message)));
        _names = (byte*)(_pieces + (count * PiecesPerMessage));
        _controls = _names + (count * NameSpace);
        _areas = _controls + (count * ControlSpace);
    }

    /// <summary>Messages there is room for.</summary>
    public int Count { get; }

    /// <summary>The messages.</summary>
    public Libc.Message* Messages => (Libc.Message*)_memory;

    /// <summary>The area of a message.</summary>
    public byte* AreaOf(int index) => _areas + ((nint)index * _areaSize);

    /// <summary>Readies a message to be received into <paramref name="length"/> octets elsewhere, what is longer flowing over into its area, or cut where it has none.</summary>
    public void Ready(int index, byte* octets, int length)
    {
        ReadyHeader(index, _areaSize > 0 ? PiecesPerMessage : 1);
        _pieces[index * PiecesPerMessage] = new Libc.IoVector { Base = octets, Length = (nuint)length };
        _pieces[(index * PiecesPerMessage) + 1] = new Libc.IoVector { Base = AreaOf(index), Length = (nuint)_areaSize };
    }

    public void Dispose() => NativeMemory.Free(_memory);

    private void ReadyHeader(int index, int pieces) => Messages[index].Header = new Libc.MessageHeader
    {
        Name = _names + (index * NameSpace),
        NameLength = NativeAddress.MaximumLength,
        Pieces = _pieces + (index * PiecesPerMessage),
        PieceCount = (nuint)pieces,
        Control = _controls + (index * ControlSpace),
        ControlLength = ControlSpace,
    };
}
