namespace IpsecDp.Workloads.PcapReplay;

/// <summary>What an interface description block says: link type and unit of its time stamps.</summary>
internal readonly record struct PcapngInterface(LinkType LinkType, byte Resolution)
{
    private const byte Microseconds = 6;
    private const ushort ResolutionOption = 9;
    private const int OptionsAt = 8;

    /// <summary>Reads the block's body; options that do not fit are passed over.</summary>
    public static PcapngInterface Read(CaptureScan scan, int body, int bodyLength)
    {
        var resolution = Microseconds;
        var at = body + OptionsAt;
        var end = body + bodyLength;
        while (at + 4 <= end)
        {
            var code = scan.ReadHalf(at);
            var length = scan.ReadHalf(at + 2);
            if (code == 0 || length > end - at - 4)
            {
                break;
            }

            if (code == ResolutionOption && length == 1)
            {
                resolution = scan.Slice(at + 4, 1)[0];
            }

            at += 4 + ((length + 3) & ~3);
        }

        return new((LinkType)scan.ReadHalf(body), resolution);
    }

    /// <summary>A time stamp in nanoseconds: the resolution is a negative power of 10, or of 2 with its top bit set; what overflows is cut to the largest.</summary>
    public long Nanoseconds(ulong units)
    {
        var exponent = Resolution & 0x7F;
        var perSecond = (Resolution & 0x80) != 0 ? Math.Pow(2, exponent) : Math.Pow(10, exponent);
        if (perSecond is >= 1 and <= 1e18)
        {
            var unit = (ulong)perSecond;
            var whole = (UInt128)(units / unit) * 1_000_000_000;
            var part = (UInt128)(units % unit) * 1_000_000_000 / unit;
            return (long)UInt128.Min(whole + part, long.MaxValue);
        }

        return 0;
    }
}
