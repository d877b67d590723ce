using IpsecDp.Adapters.Linux.Nfqueue;

namespace IpsecDp.Fuzz;

/// <summary>The seeds of the netlink target: what the kernel sends to a queue's owner.</summary>
internal static class NetlinkSeeds
{
    private const int Room = 512;

    /// <summary>Every seed: its name, its octets.</summary>
    public static IEnumerable<(string Name, byte[] Octets)> All()
    {
        yield return ("packet", Packet(length: 60, info: 0));
        yield return ("superframe", Packet(length: 301, info: QueueNumbers.IsSuperframe | QueueNumbers.ChecksumNotReady));
        yield return ("refusal", Refusal());
        yield return ("two", [.. Refusal(), .. Packet(length: 40, info: 0)]);
    }

    private static byte[] Packet(int length, uint info)
    {
        var octets = new byte[Room];
        var writer = new NetlinkWriter(octets, QueueNumbers.PacketMessage, 0, 0, 4950);
        writer.Add(QueueNumbers.PacketHeader, [0, 0, 0, 5, 8, 0, 4]);
        writer.Add(QueueNumbers.BufferInfo, info);
        writer.Add(QueueNumbers.Payload, new byte[length]);
        writer.Close();
        return octets[..writer.Length];
    }

    // struct nlmsgerr: the error, and the header of the message it is about.
    private static byte[] Refusal()
    {
        var octets = new byte[36];
        BitConverter.TryWriteBytes(octets, octets.Length);
        BitConverter.TryWriteBytes(octets.AsSpan(4), NetlinkMessage.ErrorType);
        BitConverter.TryWriteBytes(octets.AsSpan(16), -2);
        return octets;
    }
}
