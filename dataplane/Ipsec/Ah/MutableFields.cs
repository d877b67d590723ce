using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Ah;

/// <summary>Zeroes what routers may change before the ICV is computed (RFC 4302 §3.3.3.1 and appendix A), so that both ends sign the same octets.</summary>
internal static class MutableFields
{
    /// <summary>Longest stretch of IP headers AH is applied to; longer ones are refused.</summary>
    public const int MaximumHeaders = 1024;

    private const byte MutableOptionBit = 0x20;
    private const byte Pad1 = 0;

    /// <summary>Zeroes the mutable fields of the headers before AH; false for headers whose value at the destination cannot be told.</summary>
    public static bool TryZero(in IpPacketView packet, int headerLength) =>
        packet.Version == IpVersion.V4 ? TryZeroV4(packet.V4) : TryZeroV6(packet, headerLength);

    private static bool TryZeroV4(Ipv4View header)
    {
        header.Tos = 0;
        header.FragmentWord = 0;
        header.TimeToLive = 0;
        header.Checksum = 0;
        return TryZeroOptions(header.Options);
    }

    private static bool TryZeroOptions(Span<byte> options)
    {
        while (!options.IsEmpty)
        {
            switch (options[0])
            {
                case 0:
                    return true;
                case 1:
                    options = options[1..];
                    continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                return false;
            }

            var option = options[..options[1]];
            // RFC 4302 appendix A1: security, extended and commercial security, router alert and multi-destination delivery do not change.
            if (option[0] is not (130 or 133 or 134 or 148 or 149))
            {
                // Source routes turn the destination into a hop; what it will be at the end stands in the option that is zeroed.
                if (option[0] is 131 or 137)
                {
                    return false;
                }

                option.Clear();
            }

            options = options[option.Length..];
        }

        return true;
    }

    private static bool TryZeroV6(in IpPacketView packet, int headerLength)
    {
        var octets = packet.Octets;
        // Traffic class and flow label; the version stays.
        octets[0] = (byte)IpVersion.V6 << 4;
        octets[1] = octets[2] = octets[3] = 0;
        var header = packet.V6;
        header.HopLimit = 0;
        var protocol = header.NextHeader;
        var at = Ipv6View.HeaderLength;
        while (at < headerLength)
        {
            var length = (octets[at + 1] + 1) * 8;
            var extension = octets.Slice(at, length);
            switch (protocol)
            {
                case IpProtocol.HopByHop or IpProtocol.DestinationOptions:
                    if (!TryZeroOptionData(extension[2..]))
                    {
                        return false;
                    }

                    break;

                // With segments left the destination is a hop (RFC 5095 retired the type that allowed it).
                case IpProtocol.Routing when extension[3] == 0:
                    break;

                default:
                    return false;
            }

            protocol = extension[0];
            at += length;
        }

        return true;
    }

    private static bool TryZeroOptionData(Span<byte> options)
    {
        while (!options.IsEmpty)
        {
            if (options[0] == Pad1)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] + 2 > options.Length)
            {
                return false;
            }

            var length = options[1] + 2;
            if ((options[0] & MutableOptionBit) != 0)
            {
                options[2..length].Clear();
            }

            options = options[length..];
        }

        return true;
    }
}
