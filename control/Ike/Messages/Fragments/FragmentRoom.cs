using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Messages.Fragments;

/// <summary>Octets of an IKE message that a path carries unfragmented.</summary>
public static class FragmentRoom
{
    /// <summary>Octets of an IPv4 packet every path carries (RFC 7383 §2.5.1).</summary>
    public const int LeastV4Path = 576;

    /// <summary>Octets of an IPv6 packet every path carries (RFC 7383 §2.5.1, RFC 8200 §5).</summary>
    public const int LeastV6Path = 1280;

    private const int V4Header = 20;
    private const int V6Header = 40;
    private const int UdpHeader = 8;

    // RFC 3948 §2.2.
    private const int NonEspMarker = 4;

    /// <summary>The room behind IP header, UDP header and, on port 4500, the non-ESP marker.</summary>
    public static int Of(IpVersion version, int pathMtu, bool hasMarker) =>
        pathMtu - (version == IpVersion.V4 ? V4Header : V6Header) - UdpHeader - (hasMarker ? NonEspMarker : 0);
}
