using System.Globalization;

namespace IpsecDp.Wire.Ip;

/// <summary>The text form of an address: dotted for IPv4, RFC 5952 for IPv6.</summary>
internal static class IpAddressText
{
    /// <summary>Characters of the longest form, <c>ffff:…:ffff</c> with eight groups.</summary>
    public const int MaximumLength = 45;

    private const int Groups = 8;

    /// <summary>Writes the text into at least <see cref="MaximumLength"/> characters and returns how many it took.</summary>
    public static int Write(IpAddress address, Span<char> text)
    {
        if (address.Version == IpVersion.V4)
        {
            return WriteDotted((uint)address.Value, text);
        }

        // RFC 5952 §5: mixed notation where the prefix says that an IPv4 address is in it.
        if (address.Value >> 32 == 0xFFFF)
        {
            "::ffff:".CopyTo(text);
            return 7 + WriteDotted((uint)address.Value, text[7..]);
        }

        var (start, length) = FindLongestZeroRun(address.Value);
        var at = 0;
        for (var i = 0; i < Groups; i++)
        {
            if (i == start)
            {
                text[at++] = ':';
                text[at++] = ':';
                i += length - 1;
                continue;
            }

            if (i > 0 && i != start + length)
            {
                text[at++] = ':';
            }

            Group(address.Value, i).TryFormat(text[at..], out var written, "x", CultureInfo.InvariantCulture);
            at += written;
        }

        return at;
    }

    private static int WriteDotted(uint value, Span<char> text)
    {
        var at = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(value >> shift)).TryFormat(text[at..], out var written, default, CultureInfo.InvariantCulture);
            at += written;
            if (shift > 0)
            {
                text[at++] = '.';
            }
        }

        return at;
    }

    // RFC 5952 §4.2: the longest run is cut short, the first of equals, never a single group.
    private static (int Start, int Length) FindLongestZeroRun(UInt128 value)
    {
        var (bestStart, bestLength) = (-Groups, 1);
        var run = 0;
        for (var i = 0; i < Groups; i++)
        {
            run = Group(value, i) == 0 ? run + 1 : 0;
            if (run > bestLength)
            {
                (bestStart, bestLength) = (i - run + 1, run);
            }
        }

        return (bestStart, bestLength);
    }

    private static ushort Group(UInt128 value, int index) => (ushort)(value >> (112 - index * 16));
}
