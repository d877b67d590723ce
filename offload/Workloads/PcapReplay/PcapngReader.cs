namespace IpsecDp.Workloads.PcapReplay;

/// <summary>The block format (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces, enhanced and simple packets; other blocks are passed over.</summary>
internal static class PcapngReader
{
    /// <summary>The type of the block every file begins with, the same in both byte orders.</summary>
    public const uint SectionHeader = 0x0A0D0D0A;

    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const uint InterfaceDescription = 1;
    private const uint SimplePacket = 3;
    private const uint EnhancedPacket = 6;
    private const int BlockOverhead = 12;
    private const int SectionBodyLength = 16;
    private const int InterfaceBodyLength = 8;
    private const int EnhancedBodyLength = 20;

    public static bool Read(CaptureScan scan)
    {
        var interfaces = new List<PcapngInterface>();
        var at = 0;
        while (at < scan.Length)
        {
            if (!TryMeasure(scan, at, interfaces, out var length) || !TryReadBlock(scan, at + 8, length - BlockOverhead, scan.ReadWord(at), interfaces))
            {
                return false;
            }

            at += length;
        }

        return true;
    }

    private static bool TryMeasure(CaptureScan scan, int at, List<PcapngInterface> interfaces, out int length)
    {
        length = 0;
        if (!scan.Has(at, BlockOverhead))
        {
            return scan.Fail(CaptureFault.Truncated, at);
        }

        if (scan.ReadWord(at) == SectionHeader)
        {
            scan.IsBigEndian = false;
            scan.IsBigEndian = scan.ReadWord(at + 8) != ByteOrderMagic;
            interfaces.Clear();
            if (scan.ReadWord(at + 8) != ByteOrderMagic)
            {
                return scan.Fail(CaptureFault.NotACapture, at + 8);
            }
        }

        var stated = scan.ReadWord(at + 4);
        if (stated < BlockOverhead || stated > (uint)scan.Limits.BlockLength || stated % 4 != 0)
        {
            return scan.Fail(CaptureFault.ImpossibleLength, at);
        }

        length = (int)stated;
        if (!scan.Has(at, length))
        {
            return scan.Fail(CaptureFault.Truncated, at);
        }

        return scan.ReadWord(at + length - 4) == stated || scan.Fail(CaptureFault.ImpossibleLength, at + length - 4);
    }

    private static bool TryReadBlock(CaptureScan scan, int body, int bodyLength, uint type, List<PcapngInterface> interfaces) => type switch
    {
        SectionHeader => TryReadSection(scan, body, bodyLength),
        InterfaceDescription => TryReadInterface(scan, body, bodyLength, interfaces),
        EnhancedPacket => TryReadEnhanced(scan, body, bodyLength, interfaces),
        SimplePacket => TryReadSimple(scan, body, bodyLength, interfaces),
        _ => true,
    };

    private static bool TryReadSection(CaptureScan scan, int body, int bodyLength)
    {
        if (bodyLength < SectionBodyLength)
        {
            return scan.Fail(CaptureFault.ImpossibleLength, body);
        }

        return scan.ReadHalf(body + 4) == 1 || scan.Fail(CaptureFault.UnknownVersion, body + 4);
    }

    private static bool TryReadInterface(CaptureScan scan, int body, int bodyLength, List<PcapngInterface> interfaces)
    {
        if (bodyLength < InterfaceBodyLength)
        {
            return scan.Fail(CaptureFault.ImpossibleLength, body);
        }

        if (interfaces.Count == scan.Limits.Interfaces)
        {
            return scan.Fail(CaptureFault.TooMany, body);
        }

        // An interface of another link type is described all the same; its packets are skipped.
        interfaces.Add(PcapngInterface.Read(scan, body, bodyLength));
        return true;
    }

    private static bool TryReadEnhanced(CaptureScan scan, int body, int bodyLength, List<PcapngInterface> interfaces)
    {
        if (bodyLength < EnhancedBodyLength)
        {
            return scan.Fail(CaptureFault.ImpossibleLength, body);
        }

        var index = scan.ReadWord(body);
        var length = scan.ReadWord(body + 12);
        if (length > (uint)(bodyLength - EnhancedBodyLength))
        {
            return scan.Fail(CaptureFault.ImpossibleLength, body + 12);
        }

        if (index >= (uint)interfaces.Count)
        {
            return scan.Fail(CaptureFault.UnknownInterface, body);
        }

        var source = interfaces[(int)index];
        var units = ((ulong)scan.ReadWord(body + 4) << 32) | scan.ReadWord(body + 8);
        return scan.AddFrame(body + EnhancedBodyLength, (int)length, source.LinkType, source.Nanoseconds(units));
    }

    private static bool TryReadSimple(CaptureScan scan, int body, int bodyLength, List<PcapngInterface> interfaces)
    {
        if (bodyLength < sizeof(uint))
        {
            return scan.Fail(CaptureFault.ImpossibleLength, body);
        }

        if (interfaces.Count == 0)
        {
            return scan.Fail(CaptureFault.UnknownInterface, body);
        }

        // A simple packet has no time of its own; it follows the one before it.
        var length = (int)Math.Min(scan.ReadWord(body), (uint)(bodyLength - sizeof(uint)));
        var capturedAt = scan.Packets.Count == 0 ? 0 : scan.Packets[^1].CapturedAt;
        return scan.AddFrame(body + sizeof(uint), length, interfaces[0].LinkType, capturedAt);
    }
}
