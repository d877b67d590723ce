using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Protocols and ports of a service.</summary>
internal static class ServiceValues
{
    /// <summary>A protocol's name or number; null for all.</summary>
    public static bool Protocol(ValueCursor cursor, out byte? protocol)
    {
        protocol = null;
        if (!cursor.TryTake("a protocol", out var word))
        {
            return false;
        }

        if (word.Is("all"))
        {
            return true;
        }

        if (word.Is("opaque"))
        {
            return cursor.Refuse(word, ConfigRule.Unsupported, "Protocol opaque is not supported: a packet whose protocol cannot be seen is discarded");
        }

        protocol = word.Span switch
        {
            _ when word.Is("tcp") => IpProtocol.Tcp,
            _ when word.Is("udp") => IpProtocol.Udp,
            _ when word.Is("icmp") => IpProtocol.Icmp,
            _ when word.Is("icmpv6") => IpProtocol.Icmpv6,
            _ when word.Is("igmp") => IpProtocol.Igmp,
            _ when word.Is("ospf") || word.Is("ospfv3") => IpProtocol.Ospf,
            _ when word.Is("mipv6") => IpProtocol.Mobility,
            _ => NumberText.TryParse(word.Span, out var number) && number is > 0 and <= byte.MaxValue ? (byte)number : null,
        };
        return protocol is not null
            || cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not a protocol: all, tcp, udp, icmp, icmpv6, igmp, ospf, ospfv3, mipv6 or a number from 1 to 255");
    }

    /// <summary>One port or a range of them: <c>n</c>, <c>n m</c>, <c>n:m</c> or <c>n-m</c>; 0 alone is every port.</summary>
    public static bool Ports(ValueCursor cursor, out PortRange ports)
    {
        ports = PortRange.Any;
        if (!cursor.TryTake("a port or a range of ports", out var word))
        {
            return false;
        }

        var separator = word.Span.IndexOfAny(':', '-');
        uint first;
        uint last;
        if (separator >= 0)
        {
            if (!NumberText.TryParse(word.Span[..separator], out first) || !NumberText.TryParse(word.Span[(separator + 1)..], out last))
            {
                return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not a range of ports");
            }
        }
        else
        {
            if (!NumberText.TryParse(word.Span, out first))
            {
                return cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not a port");
            }

            last = first;
            if (!cursor.IsAtEnd && !cursor.TryNumber("the last port", 0, ushort.MaxValue, out last))
            {
                return false;
            }
        }

        if (first > ushort.MaxValue || last > ushort.MaxValue)
        {
            return cursor.Refuse(word, ConfigRule.Value, $"a port is at most {ushort.MaxValue}");
        }

        if (first == 0 && last == 0)
        {
            return true;
        }

        ports = new PortRange((ushort)first, (ushort)last);
        return first <= last || cursor.Refuse(word, ConfigRule.Value, "the range is empty: its first port lies behind its last");
    }

    /// <summary>An ICMP type or code.</summary>
    public static bool Octet(ValueCursor cursor, out byte octet)
    {
        var isRead = cursor.TryNumber("an ICMP type or code", 0, byte.MaxValue, out var number);
        octet = (byte)number;
        return isRead;
    }
}
