using System.Buffers.Binary;
using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Relay;

/// <summary>Joins IPv4 UDP packets of one flow and one size, the last maybe shorter, to one superframe of pieces that stay where they are; lives as long as the process.</summary>
internal sealed unsafe class DatagramJoin
{
    private const int MostPieces = 130;
    private const int IpLength = 20;
    private const int UdpLength = 8;
    private const int HeadersLength = IpLength + UdpLength;
    private const int HeadLength = RelayFrame.VirtioLength + HeadersLength;
    private const int FrameAt = RelayFrame.PrefixLength + RelayFrame.VirtioLength;
    private const byte Udp = 17;
    private const byte NeedsChecksum = 1;
    private const byte UdpSegments = 5;

    private readonly Libc.IoVector* _pieces = (Libc.IoVector*)NativeMemory.AllocZeroed(MostPieces, (nuint)sizeof(Libc.IoVector));
    private readonly byte* _head = (byte*)NativeMemory.AllocZeroed(HeadLength);

    /// <summary>The pieces of the superframe, its virtio header in front.</summary>
    public Libc.IoVector* Pieces => _pieces;

    /// <summary>How many.</summary>
    public int PieceCount { get; private set; }

    /// <summary>The octets of one piece.</summary>
    public ReadOnlySpan<byte> this[int piece] => new(_pieces[piece].Base, (int)_pieces[piece].Length);

    /// <summary>Joins what a message brought as frames of <paramref name="size"/> octets; false when they are one, or are not of one flow.</summary>
    public bool TryJoin(byte* frames, int length, int size)
    {
        var count = (length + size - 1) / size;
        if (count is < 2 or >= MostPieces || size <= FrameAt + HeadersLength || length - ((count - 1) * size) <= FrameAt + HeadersLength || !IsPlainUdp(frames + FrameAt))
        {
            return false;
        }

        for (var i = 1; i < count; i++)
        {
            if (!IsSameFlow(frames + FrameAt, frames + (i * size) + FrameAt))
            {
                return false;
            }
        }

        var payload = 0;
        for (var i = 0; i < count; i++)
        {
            var octets = Math.Min(size, length - (i * size)) - FrameAt - HeadersLength;
            _pieces[i + 1] = new Libc.IoVector { Base = frames + (i * size) + FrameAt + HeadersLength, Length = (nuint)octets };
            payload += octets;
        }

        WriteHead(frames + FrameAt, size - FrameAt - HeadersLength, payload);
        _pieces[0] = new Libc.IoVector { Base = _head, Length = HeadLength };
        PieceCount = count + 1;
        return true;
    }

    // Version 4 without options, no fragment.
    private static bool IsPlainUdp(byte* packet) => packet[0] == 0x45 && packet[9] == Udp && (packet[6] & 0x3F) == 0 && packet[7] == 0;

    // Type of service; flags and offset; time to live and protocol; addresses; ports.
    private static bool IsSameFlow(byte* first, byte* other) =>
        *(ushort*)first == *(ushort*)other
        && *(uint*)(first + 6) == *(uint*)(other + 6)
        && *(ulong*)(first + 12) == *(ulong*)(other + 12)
        && *(uint*)(first + IpLength) == *(uint*)(other + IpLength);

    private void WriteHead(byte* packet, int segmentSize, int payload)
    {
        var head = new Span<byte>(_head, HeadLength);
        head[..RelayFrame.VirtioLength].Clear();
        (head[0], head[1]) = (NeedsChecksum, UdpSegments);
        *(ushort*)(_head + 2) = HeadersLength;
        *(ushort*)(_head + 4) = (ushort)segmentSize;
        *(ushort*)(_head + 6) = IpLength;
        *(ushort*)(_head + 8) = 6;
        var ip = head[RelayFrame.VirtioLength..];
        new ReadOnlySpan<byte>(packet, HeadersLength).CopyTo(ip);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(HeadersLength + payload));
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Folded(Sum(ip[..IpLength])));
        BinaryPrimitives.WriteUInt16BigEndian(ip[(IpLength + 4)..], (ushort)(UdpLength + payload));
        // The sum of the pseudo header alone, not inverted: the kernel adds the rest where it is wanted (virtio 1.2 §5.1.6.2).
        BinaryPrimitives.WriteUInt16BigEndian(ip[(IpLength + 6)..], Folded(Sum(ip[12..IpLength]) + Udp + (uint)(UdpLength + payload)));
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        }

        return sum;
    }

    private static ushort Folded(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((sum & 0xFFFF) + (sum >> 16));
    }
}
