using System.Buffers.Binary;
using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Crypto;

namespace IpsecDp.Peers.Relay;

/// <summary>Socket to TUN: datagrams that came as one are opened where they lie, and a frame is written gathered from its pieces; lives as long as the process.</summary>
internal sealed unsafe class SealedRelayInbound : IRelayDirection
{
    private const int MostDatagram = 65536;
    private const int MostDatagrams = 128;
    private const int ControlLength = 64;

    // A frame lies in as many messages as it was sent in, two or three.
    private const int Slots = 8;
    private const int SlotLength = MostDatagram + PacketSlice.Slack;

    private readonly int _tun;
    private readonly int _socket;
    private readonly IPacketCipher _cipher;
    private readonly byte[] _room = GC.AllocateArray<byte>(Slots * SlotLength, pinned: true);
    private readonly PacketSlice[] _slices = new PacketSlice[MostDatagrams];
    private readonly bool[] _opened = new bool[MostDatagrams];
    private readonly Libc.IoVector* _piece = (Libc.IoVector*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.IoVector));
    private readonly Libc.IoVector* _frame = (Libc.IoVector*)NativeMemory.AllocZeroed(SealedRelayFrame.MostPieces, (nuint)sizeof(Libc.IoVector));
    private readonly Libc.MessageHeader* _message = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.MessageHeader));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(ControlLength);
    private int _slot;
    private int _pieces;

    public SealedRelayInbound(int tun, int socket, IPacketCipher cipher)
    {
        (_tun, _socket, _cipher) = (tun, socket, cipher);
        _message->Pieces = _piece;
        _message->PieceCount = 1;
    }

    /// <inheritdoc/>
    public long Refused { get; private set; }

    /// <inheritdoc/>
    public void Run()
    {
        for (var length = Receive(out var size); length > 0; length = Receive(out size))
        {
            Open(length, size);
        }
    }

    private int Receive(out int size)
    {
        // Pieces of a frame that is not whole yet stay where they are.
        _slot = _pieces == 0 ? 0 : _slot + 1;
        if (_slot == Slots)
        {
            // One that came in more messages than it is ever sent in must not lie under itself.
            (Refused, _pieces, _slot) = (Refused + 1, 0, 0);
        }

        _piece->Base = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_room, _slot * SlotLength);
        _piece->Length = MostDatagram;
        return RelayCalls.ReceiveRun(_socket, _message, _control, ControlLength, out size);
    }

    private void Open(int length, int size)
    {
        var count = (length + size - 1) / size;
        if (count > MostDatagrams)
        {
            Refused++;
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var at = (_slot * SlotLength) + (i * size);
            var octets = Math.Min(size, length - (i * size));
            if (octets <= SealedRelayFrame.HeadLength + SealedRelayFrame.IcvLength)
            {
                Refused++;
                return;
            }

            _slices[i] = new PacketSlice(_room, at, octets, BinaryPrimitives.ReadUInt32BigEndian(_room.AsSpan(at + 4)), Room: 0);
        }

        _cipher.OpenMany(_slices.AsSpan(0, count), _opened.AsSpan(0, count));
        for (var i = 0; i < count; i++)
        {
            Gather(_slices[i], _opened[i]);
        }
    }

    private void Gather(in PacketSlice slice, bool isOpened)
    {
        var place = _room[slice.Offset + SealedRelayFrame.LeadLength];
        if (!isOpened || (place & ~SealedRelayFrame.Last) != _pieces || _pieces == SealedRelayFrame.MostPieces)
        {
            // What is left of the frame finds no place either.
            (Refused, _pieces) = (Refused + 1, 0);
            return;
        }

        _frame[_pieces++] = new Libc.IoVector
        {
            Base = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_room, slice.Offset + SealedRelayFrame.HeadLength),
            Length = (nuint)(slice.Length - SealedRelayFrame.HeadLength - SealedRelayFrame.IcvLength),
        };
        if ((place & SealedRelayFrame.Last) == 0)
        {
            return;
        }

        Refused += RelayCalls.WriteVector(_tun, _frame, _pieces) < 0 ? 1 : 0;
        _pieces = 0;
    }
}
