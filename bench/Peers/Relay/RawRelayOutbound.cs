using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>TUN to raw socket: a frame leaves cut into IP packets, many in one call; lives as long as the process.</summary>
internal sealed unsafe class RawRelayOutbound : IRelayDirection
{
    private const int MostMessages = 256;
    private const int RoomLength = 4 * 65536;

    private readonly int _tun;
    private readonly int _socket;
    private readonly byte* _room = (byte*)NativeMemory.AlignedAlloc(RoomLength, 4096);
    private readonly byte* _prefixes = (byte*)NativeMemory.AllocZeroed(MostMessages, RawRelayFrame.PrefixLength);
    private readonly Libc.IoVector* _pieces = (Libc.IoVector*)NativeMemory.AllocZeroed(2 * MostMessages, (nuint)sizeof(Libc.IoVector));
    private readonly Libc.Message* _messages = (Libc.Message*)NativeMemory.AllocZeroed(MostMessages, (nuint)sizeof(Libc.Message));
    private byte _number;
    private int _end;
    private int _count;

    public RawRelayOutbound(int tun, int socket)
    {
        (_tun, _socket) = (tun, socket);
        for (var i = 0; i < MostMessages; i++)
        {
            _pieces[2 * i] = new Libc.IoVector { Base = _prefixes + (i * RawRelayFrame.PrefixLength), Length = RawRelayFrame.PrefixLength };
            _messages[i].Header.Pieces = _pieces + (2 * i);
            _messages[i].Header.PieceCount = 2;
        }
    }

    public long Refused { get; private set; }

    public void Run()
    {
        while (true)
        {
            var length = (int)RelayCalls.Read(_tun, _room, RelayFrame.Largest);
            if (length > 0)
            {
                Take(length);
                Drain();
                Send();
            }
            else if (Marshal.GetLastSystemError() is not (Errno.Interrupted or Errno.TryAgain))
            {
                return;
            }
        }
    }

    private void Drain()
    {
        Libc.IoVector piece;
        while (_end + RelayFrame.Largest <= RoomLength && _count + RawRelayFrame.MostPieces <= MostMessages)
        {
            piece.Base = _room + _end;
            piece.Length = RelayFrame.Largest;
            var length = (int)RelayCalls.ReadAt(_tun, &piece, 1, -1, RelayCalls.NoWait);
            if (length <= 0)
            {
                return;
            }

            Take(length);
        }
    }

    private void Take(int length)
    {
        var count = (length + RawRelayFrame.PieceLength - 1) / RawRelayFrame.PieceLength;
        for (var i = 0; i < count; i++, _count++)
        {
            var prefix = _prefixes + (_count * RawRelayFrame.PrefixLength);
            (prefix[0], prefix[1], prefix[2]) = (_number, (byte)i, (byte)count);
            var at = i * RawRelayFrame.PieceLength;
            _pieces[(2 * _count) + 1] = new Libc.IoVector { Base = _room + _end + at, Length = (nuint)Math.Min(RawRelayFrame.PieceLength, length - at) };
        }

        _number++;
        _end += length;
    }

    private void Send()
    {
        for (var at = 0; at < _count;)
        {
            var sent = RelayCalls.SendMessages(_socket, _messages + at, (uint)(_count - at), 0);
            if (sent > 0)
            {
                at += sent;
            }
            else if (Marshal.GetLastSystemError() is not (Errno.Interrupted or Errno.ConnectionRefused))
            {
                Refused++;
                at++;
            }
        }

        (_end, _count) = (0, 0);
    }
}
