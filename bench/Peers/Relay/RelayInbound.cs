using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>Socket to TUN: a superframe is written whole, single frames of one flow as one superframe; lives as long as the process.</summary>
internal sealed unsafe class RelayInbound : IRelayDirection
{
    private const int RoomLength = 6 * 65536;
    private const int ControlLength = 64;
    private const int MostDatagram = 65536;

    private readonly int _tun;
    private readonly int _socket;
    private readonly byte* _room = (byte*)NativeMemory.AlignedAlloc(RoomLength, 4096);
    private readonly byte* _prefix = (byte*)NativeMemory.AllocZeroed(16);
    private readonly Libc.IoVector* _pieces = (Libc.IoVector*)NativeMemory.AllocZeroed(2, (nuint)sizeof(Libc.IoVector));
    private readonly Libc.MessageHeader* _message = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.MessageHeader));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(ControlLength);
    private readonly DatagramJoin _join = new();

    public RelayInbound(int tun, int socket)
    {
        (_tun, _socket) = (tun, socket);
        _message->Pieces = _pieces;
    }

    /// <summary>Frames the kernel would not take, and halves without their other half.</summary>
    public long Refused { get; private set; }

    /// <summary>Relays until the socket or the TUN device is gone.</summary>
    public void Run()
    {
        var at = 0;
        var length = Receive(_room, out var size);
        while (length > 0)
        {
            switch (_room[at])
            {
                case RelayFrame.Front:
                    // The rest is received right behind the front, so that the superframe is whole without a copy.
                    (var front, var number) = (length, _room[at + 1]);
                    length = ReceiveBehind(_room + at + front, out size);
                    if (length > 0 && _prefix[0] == RelayFrame.Rest && _prefix[1] == number)
                    {
                        Write(_room + at, front + length - RelayFrame.PrefixLength);
                        break;
                    }

                    Refused++;
                    at = at + front - RelayFrame.PrefixLength;
                    if (length <= 0 || at > RoomLength / 2)
                    {
                        break;
                    }

                    (_room[at], _room[at + 1]) = (_prefix[0], _prefix[1]);
                    continue;

                case RelayFrame.Whole:
                    Write(_room + at, length);
                    break;

                case RelayFrame.Frames:
                    WriteEach(_room + at, length, size);
                    break;

                default:
                    Refused++;
                    break;
            }

            at = 0;
            length = Receive(_room, out size);
        }
    }

    private int Receive(byte* target, out int size)
    {
        _pieces[0].Base = target;
        _pieces[0].Length = MostDatagram;
        _message->PieceCount = 1;
        return Receive(out size);
    }

    private int ReceiveBehind(byte* target, out int size)
    {
        _pieces[0].Base = _prefix;
        _pieces[0].Length = RelayFrame.PrefixLength;
        _pieces[1].Base = target;
        _pieces[1].Length = MostDatagram;
        _message->PieceCount = 2;
        return Receive(out size);
    }

    private int Receive(out int size) => RelayCalls.ReceiveRun(_socket, _message, _control, ControlLength, out size);

    private void WriteEach(byte* frames, int length, int size)
    {
        if (_join.TryJoin(frames, length, size))
        {
            if (RelayCalls.WriteVector(_tun, _join.Pieces, _join.PieceCount) < 0)
            {
                Refused++;
            }

            return;
        }

        for (var at = 0; at < length; at += size)
        {
            Write(frames + at, Math.Min(size, length - at));
        }
    }

    private void Write(byte* frame, int length)
    {
        if (length <= RelayFrame.PrefixLength || RelayCalls.Write(_tun, frame + RelayFrame.PrefixLength, (nuint)(length - RelayFrame.PrefixLength)) < 0)
        {
            Refused++;
        }
    }
}
