using System.Buffers.Binary;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Gives the host held packets: TCP segments that follow one another as one larger segment in the place of the last, the others' places given up, because each packet of its own costs the host a whole way up its stack.</summary>
internal sealed unsafe class OpenedRun(DivertPlan plan)
{
    /// <summary>Most octets of a packet that stands for several.</summary>
    /// <remarks>What is longer needs memory in one piece of a size the kernel often has not at hand, and is charged to the receiving socket with twice its octets, which closes the window.</remarks>
    public const int LongestGathered = 31 * 1024;

    private readonly IpAddress[] _own = [.. plan.OwnEnds];

    /// <summary>Answers for the packet at <paramref name="start"/> and those that go with it; gives how many that were.</summary>
    public int Settle(ref VerdictBatch verdicts, PacketBatch batch, int start)
    {
        var first = batch[start]!;
        var socket = (QueueSocket)first.MarkOwner!;
        if (first.Trail.Depth == 0)
        {
            // It came in clear and is what the kernel holds.
            verdicts.Settle(socket, new QueueMark(first.TakeMark()), QueueNumbers.Accept);
            return 1;
        }

        var count = CountRun(batch, start, socket, out var segments, out var length);
        if (count == 1)
        {
            if (first.Segments.IsChecksumMissing)
            {
                _ = SegmentSplitter.CompleteChecksum(first.Packet);
            }

            verdicts.Replace(socket, new QueueMark(first.TakeMark()), first);
            return 1;
        }

        Gather(ref verdicts, batch, start, count, segments, length);
        return count;
    }

    private int CountRun(PacketBatch batch, int start, QueueSocket socket, out Segmentation segments, out int length)
    {
        var count = SegmentMerger.CountRun(batch, start, joinsTcp: true, joinsUdp: false, out segments);
        length = batch[start]!.Length;
        if (count == 1 || !IsForThisHost(batch[start]!))
        {
            return 1;
        }

        for (var k = 1; k < count; k++)
        {
            var next = batch[start + k]!;
            var grown = length + next.Length - segments.HeaderLength;
            if (next.MarkOwner != socket || next.Trail.Depth == 0 || grown > LongestGathered)
            {
                return k;
            }

            length = grown;
        }

        return count;
    }

    // A packet that goes further must fit the next link.
    private bool IsForThisHost(PacketBuffer packet) => IpPacketView.TryView(packet.Packet, out var view) && Array.IndexOf(_own, view.Destination) >= 0;

    private static void Gather(ref VerdictBatch verdicts, PacketBatch batch, int start, int count, in Segmentation segments, int length)
    {
        var last = batch[start + count - 1]!;
        var socket = (QueueSocket)last.MarkOwner!;
        for (var k = 0; k < count - 1; k++)
        {
            verdicts.Settle(socket, new QueueMark(batch[start + k]!.TakeMark()), QueueNumbers.Drop);
        }

        int headerLength = segments.HeaderLength;
        var header = verdicts.BeginGathered(socket, new QueueMark(last.TakeMark()), headerLength, length, count);
        var transportAt = SegmentMerger.WriteHeader(batch[start]!.Packet, last.Packet, segments, length, header);
        var sum = InternetChecksum.Add(0, header[transportAt..]);
        var isOdd = (headerLength - transportAt) % 2 != 0;
        for (var k = 0; k < count; k++)
        {
            var buffer = batch[start + k]!;
            var payload = buffer.Packet[headerLength..];
            ulong part = InternetChecksum.Fold(InternetChecksum.Add(0, payload));
            // What starts at an odd octet counts with its octets exchanged (RFC 1071 §2).
            sum += isOdd ? ((part & 0xFF) << 8) | (part >> 8) : part;
            isOdd ^= payload.Length % 2 != 0;
            verdicts.AddPiece(PinnedMemory.Of(buffer) + headerLength, payload.Length);
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[(transportAt + TcpView.ChecksumAt)..], (ushort)~InternetChecksum.Fold(sum));
        verdicts.Pad(length);
    }
}
