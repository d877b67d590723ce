using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>TUN to socket: a superframe becomes one segmented message, single frames of one size that wait together become another; lives as long as the process.</summary>
internal sealed unsafe class RelayOutbound : IRelayDirection
{
    // What a UDP datagram over an Ethernet link of 1500 octets carries.
    private const int DatagramLength = 1472;
    private const int MostOctets = 65507;
    private const int FrontLength = MostOctets / DatagramLength * DatagramLength;
    private const int MostFrames = 64;
    private const int SegmentKindAt = 1;
    private const int RoomLength = 4 * 65536;

    private readonly int _tun;
    private readonly byte* _room = (byte*)NativeMemory.AlignedAlloc(RoomLength, 4096);
    private readonly SegmentedSend _send;
    private byte _number;

    // The run of single frames that waits to be sent: where it starts, where it ends, the size of its first frame.
    private int _start;
    private int _end;
    private int _size;
    private int _count;

    public RelayOutbound(int tun, int socket)
    {
        (_tun, _send) = (tun, new SegmentedSend(socket));
    }

    /// <summary>Frames or messages the kernel would not take.</summary>
    public long Refused => _send.Refused;

    /// <summary>Relays until the TUN device is gone.</summary>
    public void Run()
    {
        while (true)
        {
            var length = (int)RelayCalls.Read(_tun, _room + RelayFrame.PrefixLength, RelayFrame.Largest);
            if (length <= 0)
            {
                if (Marshal.GetLastSystemError() is Errno.Interrupted or Errno.TryAgain)
                {
                    continue;
                }

                return;
            }

            Take(length);
            Drain();
            Flush();
        }
    }

    // What came while the first frame was read; a reader that sleeps after each frame is woken for each.
    private void Drain()
    {
        Libc.IoVector piece;
        while (_end + RelayFrame.PrefixLength + RelayFrame.Largest <= RoomLength)
        {
            piece.Base = _room + _end + RelayFrame.PrefixLength;
            piece.Length = RelayFrame.Largest;
            var length = (int)RelayCalls.ReadAt(_tun, &piece, 1, -1, RelayCalls.NoWait);
            if (length <= 0)
            {
                return;
            }

            Take(length);
        }
    }

    // The frame stands at the end of the run, its prefix not yet written.
    private void Take(int length)
    {
        var frame = _room + _end;
        if (frame[RelayFrame.PrefixLength + SegmentKindAt] != 0)
        {
            Flush();
            SendSuperframe(frame, RelayFrame.PrefixLength + length);
            return;
        }

        frame[0] = RelayFrame.Frames;
        var size = RelayFrame.PrefixLength + length;
        // UDP_SEGMENT: all of one size, only the last may be shorter.
        if (_count > 0 && (size > _size || _end - _start + size > MostOctets))
        {
            Flush();
        }

        if (_count == 0)
        {
            (_start, _size) = ((int)(frame - _room), size);
        }

        _end = (int)(frame - _room) + size;
        _count++;
        if (size < _size || _count == MostFrames)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_count > 0)
        {
            _send.Send(_room + _start, _end - _start, _count > 1 ? _size : 0);
            (_start, _end, _count) = (0, 0, 0);
        }
    }

    private void SendSuperframe(byte* frame, int length)
    {
        frame[0] = length <= MostOctets ? RelayFrame.Whole : RelayFrame.Front;
        frame[1] = ++_number;
        var first = Math.Min(length, length <= MostOctets ? MostOctets : FrontLength);
        _send.Send(frame, first, first > DatagramLength ? DatagramLength : 0);
        if (first == length)
        {
            return;
        }

        // The prefix of the rest lies over the last octets of the front, which have left.
        var rest = frame + first - RelayFrame.PrefixLength;
        rest[0] = RelayFrame.Rest;
        rest[1] = _number;
        var left = length - first + RelayFrame.PrefixLength;
        _send.Send(rest, left, left > DatagramLength ? DatagramLength : 0);
    }
}
