namespace IpsecDp.Workloads.PcapReplay;

/// <summary>The classic format (draft-ietf-opsawg-pcap): one header, records, both byte orders, micro- or nanoseconds.</summary>
internal static class PcapReader
{
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint MicrosecondsSwapped = 0xD4C3B2A1;
    private const uint Nanoseconds = 0xA1B23C4D;
    private const uint NanosecondsSwapped = 0x4D3CB2A1;
    private const int HeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const int VersionAt = 4;
    private const int LinkTypeAt = 20;

    /// <summary>Whether the first four octets, read big-endian, begin such a file.</summary>
    public static bool IsMagic(uint magic) => magic is Microseconds or MicrosecondsSwapped or Nanoseconds or NanosecondsSwapped;

    public static bool Read(CaptureScan scan)
    {
        if (!scan.Has(0, HeaderLength))
        {
            return scan.Fail(CaptureFault.Truncated, scan.Length);
        }

        scan.IsBigEndian = true;
        var magic = scan.ReadWord(0);
        scan.IsBigEndian = magic is Microseconds or Nanoseconds;
        var fraction = magic is Nanoseconds or NanosecondsSwapped ? 1 : 1000;
        if (scan.ReadHalf(VersionAt) != 2)
        {
            return scan.Fail(CaptureFault.UnknownVersion, VersionAt);
        }

        // The upper bits tell of a frame check sequence, which an IP packet's own length cuts off.
        var linkType = (LinkType)(scan.ReadWord(LinkTypeAt) & 0xFFFF);
        if (!LinkLayer.IsSupported(linkType))
        {
            return scan.Fail(CaptureFault.UnsupportedLinkType, LinkTypeAt);
        }

        return ReadRecords(scan, linkType, fraction);
    }

    private static bool ReadRecords(CaptureScan scan, LinkType linkType, int fraction)
    {
        var at = HeaderLength;
        while (at < scan.Length)
        {
            if (!scan.Has(at, RecordHeaderLength))
            {
                return scan.Fail(CaptureFault.Truncated, at);
            }

            var length = scan.ReadWord(at + 8);
            if (length > (uint)scan.Limits.BlockLength)
            {
                return scan.Fail(CaptureFault.ImpossibleLength, at);
            }

            if (!scan.Has(at + RecordHeaderLength, (int)length))
            {
                return scan.Fail(CaptureFault.Truncated, at);
            }

            var capturedAt = (scan.ReadWord(at) * 1_000_000_000L) + (scan.ReadWord(at + 4) * (long)fraction);
            if (!scan.AddFrame(at + RecordHeaderLength, (int)length, linkType, capturedAt))
            {
                return false;
            }

            at += RecordHeaderLength + (int)length;
        }

        return true;
    }
}
