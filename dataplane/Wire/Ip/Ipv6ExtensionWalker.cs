using System.Buffers.Binary;

namespace IpsecDp.Wire.Ip;

/// <summary>Where the extension headers of an IPv6 packet end and what they said; the walk stops at the first header that is not one, and at ESP and AH.</summary>
public readonly record struct Ipv6ExtensionWalker(byte Protocol, int PayloadAt, int NextHeaderFieldAt, int FragmentHeaderAt, int UnfragmentableEnd, int UnfragmentableFieldAt)
{
    /// <summary>More headers than this are refused: RFC 8200 §4.1 names seven, an attacker could chain thousands.</summary>
    public const int MaximumHeaders = 16;

    /// <summary>Octets of a fragment header (RFC 8200 §4.5).</summary>
    public const int FragmentHeaderLength = 8;

    private const int NextHeaderAt = 6;

    /// <summary>Whether a fragment header was met.</summary>
    public bool HasFragmentHeader => FragmentHeaderAt > 0;

    /// <summary>Walks from the fixed header; false when a header is cut off, there are too many, or a second fragment header hides the first.</summary>
    /// <remarks><see cref="UnfragmentableEnd"/> is where ESP or AH goes in transport mode: behind hop-by-hop, routing, and the destination options before a routing header (RFC 4303 §3.1.1).</remarks>
    public static bool TryWalk(ReadOnlySpan<byte> packet, out Ipv6ExtensionWalker result)
    {
        result = default;
        if (packet.Length < Ipv6View.HeaderLength)
        {
            return false;
        }

        int at = Ipv6View.HeaderLength, fieldAt = NextHeaderAt, fragmentAt = 0, unfragmentableEnd = at, unfragmentableField = fieldAt;
        var protocol = packet[NextHeaderAt];
        for (var count = 0; IsExtension(protocol); count++)
        {
            if (count == MaximumHeaders || packet.Length - at < FragmentHeaderLength)
            {
                return false;
            }

            var length = protocol == IpProtocol.Fragment ? FragmentHeaderLength : (packet[at + 1] + 1) * 8;
            if (length > packet.Length - at)
            {
                return false;
            }

            if (protocol == IpProtocol.Fragment)
            {
                // RFC 8200 §4.1: each header once; of two, the inner could deny what the outer says.
                if (fragmentAt > 0)
                {
                    return false;
                }

                fragmentAt = at;
                // A later fragment carries payload here, not a header (RFC 8200 §4.5).
                if ((BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) & 0xFFF8) != 0)
                {
                    result = new(packet[at], at + length, at, fragmentAt, unfragmentableEnd, unfragmentableField);
                    return true;
                }
            }

            // What stands behind a fragment header was fragmented with the payload (RFC 8200 §4.5).
            var isUnfragmentable = fragmentAt == 0 && protocol is (IpProtocol.HopByHop or IpProtocol.Routing);
            fieldAt = at;
            protocol = packet[at];
            at += length;
            if (isUnfragmentable)
            {
                (unfragmentableEnd, unfragmentableField) = (at, fieldAt);
            }
        }

        result = new(protocol, at, fieldAt, fragmentAt, unfragmentableEnd, unfragmentableField);
        return true;
    }

    private static bool IsExtension(byte protocol) =>
        protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions;
}
