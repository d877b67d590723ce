using IpsecDp.Adapters.Linux;

namespace IpsecDp.Adapters.Sockets;

/// <summary>A message whose last control message is UDP_SEGMENT.</summary>
internal static unsafe class SegmentedMessage
{
    /// <summary>Octets of each of its datagrams; 0 for a message that is one datagram.</summary>
    public static int SizeOf(in Libc.MessageHeader message)
    {
        var space = (nuint)ControlMessages.SpaceFor(sizeof(ushort));
        if (message.ControlLength < space)
        {
            return 0;
        }

        var last = (Libc.ControlHeader*)((byte*)message.Control + message.ControlLength - space);
        return last->Level == SocketNumbers.LevelUdp && last->Type == SocketNumbers.UdpSegment ? *(ushort*)(last + 1) : 0;
    }

    /// <summary>Datagrams it stands for.</summary>
    public static int CountIn(in Libc.MessageHeader message, int size)
    {
        var count = 0;
        for (nuint k = 0; k < message.PieceCount; k++)
        {
            count += ((int)message.Pieces[k].Length + size - 1) / size;
        }

        return count;
    }
}
