using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Addresses, prefixes and ranges as operators write them.</summary>
internal static class AddressValues
{
    private const string Forms = "an address, address/length or address-address";

    /// <summary>One address.</summary>
    public static bool Single(ValueCursor cursor, out IpAddress address)
    {
        address = default;
        return cursor.TryTake("an IP address", out var word)
            && (TryParse(word.Span, out address) || cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not an IP address"));
    }

    /// <summary>One address, prefix or range.</summary>
    public static bool Range(ValueCursor cursor, out AddressRange range)
    {
        range = default;
        return cursor.TryTake(Forms, out var word) && TryRange(cursor, word, out range);
    }

    /// <summary>All, All4, All6, or one address, prefix or range.</summary>
    public static bool Side(ValueCursor cursor, out IReadOnlyList<AddressRange> ranges)
    {
        ranges = [];
        if (!cursor.TryTake($"All, All4, All6, {Forms}", out var word))
        {
            return false;
        }

        if (word.Is("All") || word.Is("All4") || word.Is("All6"))
        {
            ranges = word.Is("All") ? [AddressRange.AnyV4, AddressRange.AnyV6] : [word.Is("All4") ? AddressRange.AnyV4 : AddressRange.AnyV6];
            return true;
        }

        if (!TryRange(cursor, word, out var range))
        {
            return false;
        }

        ranges = [range];
        return true;
    }

    /// <summary>A security endpoint: one address this host or the peer owns; Any is refused because a manual tunnel has no other way to learn it.</summary>
    public static bool Endpoint(ValueCursor cursor, out IpAddress address)
    {
        address = default;
        if (!cursor.TryTake("an IP address", out var word))
        {
            return false;
        }

        if (word.Is("Any") || word.Is("Any4") || word.Is("Any6"))
        {
            return cursor.Refuse(word, ConfigRule.Unsupported, $"{cursor.Keyword.Text()} needs one address: a manual tunnel cannot find its endpoints by itself");
        }

        return TryParse(word.Span, out address) || cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not an IP address");
    }

    private static bool TryRange(ValueCursor cursor, Word word, out AddressRange range)
    {
        var slash = word.Span.IndexOf('/');
        if (slash >= 0)
        {
            return TryPrefix(cursor, word, slash, out range);
        }

        range = default;
        var dash = word.Span.IndexOf('-');
        if (dash < 0)
        {
            if (!TryParse(word.Span, out var address))
            {
                return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not {Forms}");
            }

            range = AddressRange.Of(address);
            return true;
        }

        if (!TryParse(word.Span[..dash], out var first) || !TryParse(word.Span[(dash + 1)..], out var last))
        {
            return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not {Forms}");
        }

        range = new AddressRange(first, last);
        if (first.Version != last.Version)
        {
            return cursor.Refuse(word, ConfigRule.AddressFamily, "the range begins in one IP version and ends in the other");
        }

        return first <= last || cursor.Refuse(word, ConfigRule.Value, "the range is empty: its first address lies behind its last");
    }

    private static bool TryPrefix(ValueCursor cursor, Word word, int slash, out AddressRange range)
    {
        range = default;
        if (!TryParse(word.Span[..slash], out var address) || !NumberText.TryParse(word.Span[(slash + 1)..], out var length))
        {
            return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not {Forms}");
        }

        if (length > address.Length * 8)
        {
            return cursor.Refuse(word, ConfigRule.Value, $"a prefix of this address has at most {address.Length * 8} bits");
        }

        range = AddressRange.Prefix(address, (int)length);
        if (range.First != address)
        {
            cursor.Warn(word, ConfigRule.Ignored, string.Create(CultureInfo.InvariantCulture, $"the bits behind the first {length} are ignored; the prefix is {range}"));
        }

        return true;
    }

    // The framework reads 010.0.0.1 as octal and 0x0a.0.0.1 as hexadecimal: in a filter that is the wrong host.
    private static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (!text.Contains(':') && !IsDottedDecimal(text))
        {
            return false;
        }

        if (!IpAddress.TryParse(text, out address))
        {
            return false;
        }

        // z/OS takes IPv4-mapped IPv6 in filters; on the wire such a packet is IPv4.
        var framework = address.ToIPAddress();
        address = framework is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } ? IpAddress.From(framework.MapToIPv4()) : address;
        return true;
    }

    private static bool IsDottedDecimal(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0'))
            {
                return false;
            }

            parts++;
        }

        return parts == 4;
    }
}
