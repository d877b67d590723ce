using System.Buffers.Binary;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>Finds the IP packet within a link-layer frame.</summary>
internal static class LinkLayer
{
    private const ushort EtherTypeIpv4 = 0x0800;
    private const ushort EtherTypeIpv6 = 0x86DD;
    private const ushort EtherTypeVlan = 0x8100;
    private const ushort EtherTypeServiceVlan = 0x88A8;
    private const int EthernetTypeAt = 12;
    private const int SllTypeAt = 14;
    private const int SllHeaderLength = 16;
    private const int Sll2HeaderLength = 20;
    private const int LoopbackHeaderLength = 4;
    private const int MostTags = 2;

    /// <summary>Whether frames of a link type can be looked into.</summary>
    public static bool IsSupported(LinkType linkType) => Enum.IsDefined(linkType);

    /// <summary>Where the IP packet starts; false when the frame carries none or is too short to tell.</summary>
    public static bool TryFindIp(ReadOnlySpan<byte> frame, LinkType linkType, out int at)
    {
        at = 0;
        return linkType switch
        {
            LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.Ipv4 or LinkType.Ipv6 => true,
            LinkType.Ethernet => TryPassTags(frame, EthernetTypeAt, out at),
            LinkType.LinuxSll => TryReadType(frame, SllTypeAt, SllHeaderLength, out at),
            LinkType.LinuxSll2 => TryReadType(frame, 0, Sll2HeaderLength, out at),
            LinkType.Null or LinkType.Loop => TryPassLoopback(frame, out at),
            _ => false,
        };
    }

    private static bool TryPassTags(ReadOnlySpan<byte> frame, int typeAt, out int at)
    {
        at = 0;
        for (var tags = 0; tags <= MostTags && frame.Length >= typeAt + 2; tags++, typeAt += 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeAt..]);
            if (type is not (EtherTypeVlan or EtherTypeServiceVlan))
            {
                at = typeAt + 2;
                return type is EtherTypeIpv4 or EtherTypeIpv6;
            }
        }

        return false;
    }

    private static bool TryReadType(ReadOnlySpan<byte> frame, int typeAt, int headerLength, out int at)
    {
        at = headerLength;
        return frame.Length >= headerLength && BinaryPrimitives.ReadUInt16BigEndian(frame[typeAt..]) is EtherTypeIpv4 or EtherTypeIpv6;
    }

    // The family's byte order is the capturing host's and AF_INET6 differs between systems; AF_INET is 2 everywhere.
    private static bool TryPassLoopback(ReadOnlySpan<byte> frame, out int at)
    {
        at = LoopbackHeaderLength;
        if (frame.Length < LoopbackHeaderLength)
        {
            return false;
        }

        var family = BinaryPrimitives.ReadUInt32BigEndian(frame);
        family = family > ushort.MaxValue ? BinaryPrimitives.ReverseEndianness(family) : family;
        return family is 2 or 10 or 24 or 28 or 30;
    }
}
