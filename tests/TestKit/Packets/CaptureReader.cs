using System.Buffers.Binary;

namespace IpsecDp.TestKit.Packets;

/// <summary>Reads the IP packets out of a pcap or pcapng capture of Ethernet, raw IP, null and Linux cooked links; frames that carry something else are left out.</summary>
public static class CaptureReader
{
    private const uint PcapMicroseconds = 0xA1B2C3D4;
    private const uint PcapNanoseconds = 0xA1B23C4D;
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint ByteOrderMagic = 0x1A2B3C4D;

    /// <summary>Every IP packet of a file, in its order, as far as the capture kept it.</summary>
    public static IReadOnlyList<byte[]> ReadIpPackets(string path)
    {
        var file = File.ReadAllBytes(path);
        var packets = new List<byte[]>();
        foreach (var (linkType, frame) in BinaryPrimitives.ReadUInt32LittleEndian(file) == SectionHeader ? ReadPcapng(file) : ReadPcap(file))
        {
            if (FindIp(linkType, file.AsSpan(frame)) is { } at)
            {
                packets.Add(file[(frame.Start.Value + at)..frame.End.Value]);
            }
        }

        return packets;
    }

    private static IEnumerable<(int LinkType, Range Frame)> ReadPcap(byte[] file)
    {
        var isBig = BinaryPrimitives.ReadUInt32BigEndian(file) is PcapMicroseconds or PcapNanoseconds;
        if (!isBig && BinaryPrimitives.ReadUInt32LittleEndian(file) is not (PcapMicroseconds or PcapNanoseconds))
        {
            throw new InvalidDataException("neither pcap nor pcapng");
        }

        var linkType = (int)(Word(file, 20, isBig) & 0xFFFF);
        for (var at = 24; at + 16 <= file.Length;)
        {
            var length = (int)Word(file, at + 8, isBig);
            at += 16;
            if (length < 0 || length > file.Length - at)
            {
                yield break;
            }

            yield return (linkType, at..(at + length));
            at += length;
        }
    }

    private static IEnumerable<(int LinkType, Range Frame)> ReadPcapng(byte[] file)
    {
        const uint InterfaceDescription = 1;
        const uint SimplePacket = 3;
        const uint EnhancedPacket = 6;
        var linkTypes = new List<int>();
        var isBig = false;
        for (var at = 0; at + 12 <= file.Length;)
        {
            var type = Word(file, at, isBig);
            if (type == SectionHeader)
            {
                isBig = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8)) == ByteOrderMagic;
                linkTypes.Clear();
            }

            var blockLength = (int)Word(file, at + 4, isBig);
            if (blockLength < 12 || blockLength > file.Length - at)
            {
                yield break;
            }

            switch (type)
            {
                case InterfaceDescription:
                    linkTypes.Add(isBig ? BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 8)) : BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 8)));
                    break;

                case EnhancedPacket:
                    yield return (linkTypes[(int)Word(file, at + 8, isBig)], (at + 28)..(at + 28 + (int)Word(file, at + 20, isBig)));
                    break;

                case SimplePacket:
                    yield return (linkTypes[0], (at + 12)..(at + 12 + Math.Min((int)Word(file, at + 8, isBig), blockLength - 16)));
                    break;
            }

            at += blockLength;
        }
    }

    // Link types: tcpdump.org/linktypes.html.
    private static int? FindIp(int linkType, ReadOnlySpan<byte> frame)
    {
        var at = linkType switch
        {
            0 or 108 => 4,
            1 => FindInEthernet(frame),
            12 or 14 or 101 or 228 or 229 => 0,
            113 => frame.Length >= 16 && IsIp(BinaryPrimitives.ReadUInt16BigEndian(frame[14..])) ? 16 : -1,
            276 => frame.Length >= 20 && IsIp(BinaryPrimitives.ReadUInt16BigEndian(frame)) ? 20 : -1,
            _ => -1,
        };
        return at >= 0 && at < frame.Length && frame[at] >> 4 is (4 or 6) ? at : null;
    }

    private static int FindInEthernet(ReadOnlySpan<byte> frame)
    {
        var at = 12;
        // IEEE 802.1Q and 802.1ad tags.
        while (frame.Length >= at + 2 && BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) is (0x8100 or 0x88A8))
        {
            at += 4;
        }

        return frame.Length >= at + 2 && IsIp(BinaryPrimitives.ReadUInt16BigEndian(frame[at..])) ? at + 2 : -1;
    }

    private static bool IsIp(ushort etherType) => etherType is 0x0800 or 0x86DD;

    private static uint Word(byte[] file, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
}
