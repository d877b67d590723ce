using IpsecDp.Workloads;

namespace Offload.Tests.Workloads;

/// <summary>Cuts a TCP superframe as TSO does, by plain offsets.</summary>
internal static class NaiveSegmenter
{
    internal static IEnumerable<byte[]> Split(byte[] frame, FlowTag tag)
    {
        if (tag.SegmentSize == 0)
        {
            yield return frame;
            yield break;
        }

        var isV4 = frame[0] >> 4 == 4;
        var ip = isV4 ? 20 : 40;
        for (var at = (int)tag.HeaderLength; at < frame.Length; at += tag.SegmentSize)
        {
            var size = Math.Min(tag.SegmentSize, frame.Length - at);
            byte[] segment = [.. frame[..tag.HeaderLength], .. frame[at..(at + size)]];
            var length = isV4 ? segment.Length : segment.Length - 40;
            var lengthAt = isV4 ? 2 : 4;
            (segment[lengthAt], segment[lengthAt + 1]) = ((byte)(length >> 8), (byte)length);
            var sequence = Read(segment, ip + 4) + (uint)(at - tag.HeaderLength);
            for (var octet = 0; octet < 4; octet++)
            {
                segment[ip + 4 + octet] = (byte)(sequence >> (24 - (8 * octet)));
            }

            Seal(segment, ip, isV4);
            yield return segment;
        }
    }

    private static uint Read(byte[] octets, int at) => ((uint)octets[at] << 24) | ((uint)octets[at + 1] << 16) | ((uint)octets[at + 2] << 8) | octets[at + 3];

    private static void Seal(byte[] segment, int ip, bool isV4)
    {
        if (isV4)
        {
            (segment[10], segment[11]) = (0, 0);
            var header = ChecksumOracle.Sum(segment, 0, 20, 0);
            (segment[10], segment[11]) = ((byte)(header >> 8), (byte)header);
        }

        (segment[ip + 16], segment[ip + 17]) = (0, 0);
        var addresses = isV4 ? segment[12..20] : segment[8..40];
        byte[] covered = [.. addresses, 0, 6, (byte)((segment.Length - ip) >> 8), (byte)(segment.Length - ip), .. segment[ip..]];
        var checksum = ChecksumOracle.Sum(covered, 0, covered.Length, 0);
        (segment[ip + 16], segment[ip + 17]) = ((byte)(checksum >> 8), (byte)checksum);
    }
}
