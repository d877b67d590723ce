using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>One segmented UDP message after the other from one thread; lives as long as the process.</summary>
internal sealed unsafe class SegmentedSend
{
    private readonly int _socket;
    private readonly Libc.IoVector* _piece = (Libc.IoVector*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.IoVector));
    private readonly Libc.MessageHeader* _message = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.MessageHeader));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(64);
    private readonly int _controlLength;
    private readonly ushort* _segmentSize;

    public SegmentedSend(int socket)
    {
        _socket = socket;
        _controlLength = ControlMessages.Write(_control, SocketNumbers.LevelUdp, SocketNumbers.UdpSegment, stackalloc byte[sizeof(ushort)]);
        _segmentSize = (ushort*)(_control + sizeof(Libc.ControlHeader));
        _message->Pieces = _piece;
        _message->PieceCount = 1;
    }

    /// <summary>Messages the kernel would not take.</summary>
    public long Refused { get; private set; }

    /// <summary>Sends octets in datagrams of a size, of which only the last may be shorter; 0 for one datagram.</summary>
    public void Send(byte* octets, int length, int segmentSize)
    {
        _piece->Base = octets;
        _piece->Length = (nuint)length;
        *_segmentSize = (ushort)segmentSize;
        _message->Control = segmentSize > 0 ? _control : null;
        _message->ControlLength = segmentSize > 0 ? (nuint)_controlLength : 0;
        while (RelayCalls.SendMessage(_socket, _message, 0) < 0)
        {
            // An ICMP error about an earlier datagram is told once, in place of a send.
            if (Marshal.GetLastSystemError() is not (Errno.Interrupted or Errno.ConnectionRefused))
            {
                Refused++;
                return;
            }
        }
    }
}
