using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>The packet an ICMP error is about, as much of it as the error quotes; exists only if its IP headers are whole.</summary>
public readonly ref struct QuotedPacketView
{
    private QuotedPacketView(Span<byte> octets, IpAddress source, IpAddress destination, byte protocol, int payloadAt, bool isLaterFragment)
    {
        Octets = octets;
        Source = source;
        Destination = destination;
        Protocol = protocol;
        PayloadAt = payloadAt;
        IsLaterFragment = isLaterFragment;
    }

    /// <summary>What is quoted; often cut off.</summary>
    public Span<byte> Octets { get; }

    /// <summary>Who sent the packet.</summary>
    public IpAddress Source { get; }

    /// <summary>Whom it was for.</summary>
    public IpAddress Destination { get; }

    /// <summary>What it carries.</summary>
    public byte Protocol { get; }

    /// <summary>Where the payload starts.</summary>
    public int PayloadAt { get; }

    /// <summary>Whether the payload is not the start of what <see cref="Protocol"/> names.</summary>
    public bool IsLaterFragment { get; }

    /// <summary>What is left of the payload; RFC 792 promises 8 octets, senders do not.</summary>
    public Span<byte> Payload => Octets[PayloadAt..];

    /// <summary>The source port of a quoted UDP or TCP packet; 0 where none is quoted.</summary>
    public ushort SourcePort => !IsLaterFragment && Payload.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : (ushort)0;

    /// <summary>Looks at the header lengths once; the total length may name more octets than there are.</summary>
    public static bool TryView(Span<byte> octets, out QuotedPacketView view)
    {
        view = default;
        if (octets.Length < Ipv4View.MinimumHeaderLength)
        {
            return false;
        }

        return (octets[0] >> 4) switch
        {
            (int)IpVersion.V4 => TryViewV4(octets, out view),
            (int)IpVersion.V6 => TryViewV6(octets, out view),
            _ => false,
        };
    }

    private static bool TryViewV4(Span<byte> octets, out QuotedPacketView view)
    {
        view = default;
        var header = Ipv4View.Trust(octets);
        if (header.HeaderLength < Ipv4View.MinimumHeaderLength || header.HeaderLength > octets.Length || header.TotalLength < header.HeaderLength)
        {
            return false;
        }

        var quoted = octets[..Math.Min(octets.Length, header.TotalLength)];
        view = new(quoted, header.Source, header.Destination, header.Protocol, header.HeaderLength, header.FragmentOffset > 0);
        return true;
    }

    private static bool TryViewV6(Span<byte> octets, out QuotedPacketView view)
    {
        view = default;
        if (octets.Length < Ipv6View.HeaderLength)
        {
            return false;
        }

        var header = Ipv6View.Trust(octets);
        var quoted = octets[..Math.Min(octets.Length, Ipv6View.HeaderLength + header.PayloadLength)];
        if (!Ipv6ExtensionWalker.TryWalk(quoted, out var walk))
        {
            return false;
        }

        var isLaterFragment = walk.HasFragmentHeader && ((quoted[walk.FragmentHeaderAt + 2] << 8) | (quoted[walk.FragmentHeaderAt + 3] & 0xF8)) != 0;
        view = new(quoted, header.Source, header.Destination, walk.Protocol, walk.PayloadAt, isLaterFragment);
        return true;
    }
}
