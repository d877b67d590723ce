using System.Runtime.InteropServices;
using IpsecDp.Adapters.Linux;
using IpsecDp.Crypto;

namespace IpsecDp.Peers.Relay;

/// <summary>TUN to socket: a frame is cut without regard to what is in it, its pieces are sealed back to back and leave as one segmented message; lives as long as the process.</summary>
internal sealed unsafe class SealedRelayOutbound : IRelayDirection
{
    private const int MostOctets = 65507;
    private const int MostDatagrams = 64;

    private readonly int _tun;
    private readonly IPacketCipher _cipher;
    private readonly byte[] _frame = GC.AllocateArray<byte>(RelayFrame.Largest, pinned: true);
    private readonly byte[] _sealed = GC.AllocateArray<byte>(MostOctets + PacketSlice.Slack, pinned: true);
    private readonly PacketSlice[] _slices = new PacketSlice[MostDatagrams];
    private readonly SegmentedSend _send;
    private uint _number;

    // The run that waits to be sealed and sent: octets, datagrams, the length of the first.
    private int _end;
    private int _count;
    private int _size;

    public SealedRelayOutbound(int tun, int socket, IPacketCipher cipher)
    {
        (_tun, _send, _cipher) = (tun, new SegmentedSend(socket), cipher);
    }

    /// <inheritdoc/>
    public long Refused => _send.Refused;

    /// <inheritdoc/>
    public void Run()
    {
        var frame = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_frame, 0);
        Libc.IoVector piece;
        piece.Base = frame;
        piece.Length = RelayFrame.Largest;
        while (true)
        {
            var length = (int)RelayCalls.Read(_tun, frame, RelayFrame.Largest);
            if (length <= 0)
            {
                if (Marshal.GetLastSystemError() is Errno.Interrupted or Errno.TryAgain)
                {
                    continue;
                }

                return;
            }

            // What came meanwhile shares messages; a reader that sleeps after each frame is woken for each.
            for (; length > 0; length = (int)RelayCalls.ReadAt(_tun, &piece, 1, -1, RelayCalls.NoWait))
            {
                Take(_frame.AsSpan(0, length));
            }

            Flush();
        }
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        for (var place = 0; !frame.IsEmpty; place++)
        {
            var octets = frame[..Math.Min(frame.Length, SealedRelayFrame.PieceLength)];
            frame = frame[octets.Length..];
            Add(octets, (byte)(place | (frame.IsEmpty ? SealedRelayFrame.Last : 0)));
        }
    }

    private void Add(ReadOnlySpan<byte> octets, byte place)
    {
        var size = SealedRelayFrame.HeadLength + octets.Length + SealedRelayFrame.IcvLength;
        // UDP_SEGMENT: all of one size, only the last may be shorter.
        if (_count > 0 && (size > _size || _end + size > MostOctets))
        {
            Flush();
        }

        var datagram = _sealed.AsSpan(_end, size);
        SealedRelayFrame.WriteHeader(datagram, ++_number);
        _cipher.WriteIv(datagram[8..SealedRelayFrame.LeadLength], _number);
        datagram[SealedRelayFrame.LeadLength] = place;
        octets.CopyTo(datagram[SealedRelayFrame.HeadLength..]);
        _slices[_count] = new PacketSlice(_sealed, _end, size, _number, Room: 0);
        _size = _count == 0 ? size : _size;
        _end += size;
        _count++;
        if (size < _size || _count == MostDatagrams)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_count == 0)
        {
            return;
        }

        _cipher.SealMany(_slices.AsSpan(0, _count));
        _send.Send((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_sealed, 0), _end, _count > 1 ? _size : 0);
        (_end, _count) = (0, 0);
    }
}
