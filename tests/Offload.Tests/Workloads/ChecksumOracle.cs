namespace Offload.Tests.Workloads;

/// <summary>RFC 1071 word by word, and lengths and checksums of a packet by plain offsets.</summary>
internal static class ChecksumOracle
{
    internal static void AssertRight(byte[] packet)
    {
        var isV4 = packet[0] >> 4 == 4;
        if (isV4)
        {
            Assert.Equal(packet.Length, (packet[2] << 8) | packet[3]);
            Assert.Equal(0, Sum(packet, 0, 20, 0));
        }
        else
        {
            Assert.Equal(packet.Length - 40, (packet[4] << 8) | packet[5]);
        }

        var transportAt = isV4 ? 20 : 40;
        var protocol = isV4 ? packet[9] : packet[6];
        var addresses = isV4 ? packet[12..20] : packet[8..40];
        var pseudo = Add(Add(0, addresses, 0, addresses.Length), [(byte)((packet.Length - transportAt) >> 8), (byte)(packet.Length - transportAt), 0, protocol], 0, 4);
        Assert.Equal(0, Sum(packet, transportAt, packet.Length, pseudo));
        if (protocol == 17)
        {
            Assert.Equal(packet.Length - transportAt, (packet[transportAt + 4] << 8) | packet[transportAt + 5]);
            Assert.NotEqual(0, (packet[transportAt + 6] << 8) | packet[transportAt + 7]);
        }
    }

    internal static int Sum(byte[] octets, int from, int to, long sum)
    {
        sum = Add(sum, octets, from, to);
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (int)(~sum & 0xFFFF);
    }

    private static long Add(long sum, byte[] octets, int from, int to)
    {
        for (var at = from; at < to; at++)
        {
            sum += (at - from) % 2 == 0 ? octets[at] << 8 : octets[at];
        }

        return sum;
    }
}
