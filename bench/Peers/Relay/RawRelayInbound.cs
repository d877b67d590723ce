using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>Raw socket to TUN: the pieces of a frame are written as one, gathered from where they were received; lives as long as the process.</summary>
internal sealed unsafe class RawRelayInbound : IRelayDirection
{
    private const int MostMessages = 64;

    // A frame may begin in one call and end in the next, and its pieces must not be overwritten meanwhile.
    private const int Slots = 4 * MostMessages;
    private const int SlotLength = 2048;
    private const int IpHeaderLength = 20;
    private const int HeadLength = IpHeaderLength + RawRelayFrame.PrefixLength;
    private const int HeadRoom = 32;

    private readonly int _tun;
    private readonly int _socket;
    private readonly byte* _room = (byte*)NativeMemory.AlignedAlloc(Slots * SlotLength, 4096);
    private readonly byte* _heads = (byte*)NativeMemory.AllocZeroed(Slots, HeadRoom);
    private readonly Libc.IoVector* _slots = (Libc.IoVector*)NativeMemory.AllocZeroed(2 * Slots, (nuint)sizeof(Libc.IoVector));
    private readonly Libc.Message* _messages = (Libc.Message*)NativeMemory.AllocZeroed(MostMessages, (nuint)sizeof(Libc.Message));
    private readonly Libc.IoVector* _frame = (Libc.IoVector*)NativeMemory.AllocZeroed(RawRelayFrame.MostPieces, (nuint)sizeof(Libc.IoVector));
    private int _next;
    private byte _number;
    private int _gathered;

    public RawRelayInbound(int tun, int socket)
    {
        (_tun, _socket) = (tun, socket);
        for (var i = 0; i < Slots; i++)
        {
            _slots[2 * i] = new Libc.IoVector { Base = _heads + (i * HeadRoom), Length = HeadLength };
            _slots[(2 * i) + 1] = new Libc.IoVector { Base = _room + (i * SlotLength), Length = SlotLength };
        }
    }

    public long Refused { get; private set; }

    public void Run()
    {
        while (true)
        {
            for (var i = 0; i < MostMessages; i++)
            {
                _messages[i].Header = new Libc.MessageHeader { Pieces = _slots + (2 * ((_next + i) % Slots)), PieceCount = 2 };
            }

            var received = RelayCalls.ReceiveMessages(_socket, _messages, MostMessages, RelayCalls.WaitForOne, null);
            for (var i = 0; i < received; i++)
            {
                Take((_next + i) % Slots, (int)_messages[i].Length - HeadLength);
            }

            if (received < 0 && Marshal.GetLastSystemError() is not (Errno.Interrupted or Errno.ConnectionRefused))
            {
                return;
            }

            _next = (_next + Math.Max(0, received)) % Slots;
        }
    }

    private void Take(int slot, int length)
    {
        var prefix = _heads + (slot * HeadRoom) + IpHeaderLength;
        (var number, int piece, int count) = (prefix[0], prefix[1], prefix[2]);
        if (length <= 0 || count > RawRelayFrame.MostPieces || (piece > 0 && (number != _number || piece != _gathered)))
        {
            Refused++;
            _gathered = 0;
            return;
        }

        _number = number;
        _frame[piece] = new Libc.IoVector { Base = _room + (slot * SlotLength), Length = (nuint)length };
        _gathered = piece + 1;
        if (_gathered == count && RelayCalls.WriteVector(_tun, _frame, count) < 0)
        {
            Refused++;
        }
    }
}
