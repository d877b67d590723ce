namespace IpsecDp.Wire.Transport;

/// <summary>Message types and codes of ICMP and ICMPv6 this product meets (RFC 792, RFC 1812, RFC 4443, RFC 4861).</summary>
public static class IcmpType
{
    public const byte EchoReply = 0;
    public const byte Unreachable = 3;
    public const byte SourceQuench = 4;
    public const byte Redirect = 5;
    public const byte Echo = 8;
    public const byte TimeExceeded = 11;
    public const byte ParameterProblem = 12;

    public const byte FragmentationNeededCode = 4;
    public const byte ProhibitedCode = 13;

    public const byte V6Unreachable = 1;
    public const byte V6PacketTooBig = 2;
    public const byte V6TimeExceeded = 3;
    public const byte V6ParameterProblem = 4;
    public const byte V6Echo = 128;
    public const byte V6EchoReply = 129;
    public const byte V6RouterSolicitation = 133;
    public const byte V6RouterAdvertisement = 134;
    public const byte V6NeighborSolicitation = 135;
    public const byte V6NeighborAdvertisement = 136;
    public const byte V6Redirect = 137;

    public const byte V6ProhibitedCode = 1;

    /// <summary>Whether an ICMP type reports an error (RFC 1122 §3.2.2).</summary>
    public static bool IsError(byte type) => type is Unreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;

    /// <summary>Whether an ICMPv6 type reports an error (RFC 4443 §2.1), or is a redirect, which is answered no more than one (RFC 4443 §2.4).</summary>
    public static bool IsV6Error(byte type) => type is < 128 or V6Redirect;
}
