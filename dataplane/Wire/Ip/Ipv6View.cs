using System.Buffers.Binary;

namespace IpsecDp.Wire.Ip;

/// <summary>An IPv6 packet (RFC 8200); exists only if the header and the payload length lie within the octets. Jumbograms are refused.</summary>
public readonly ref struct Ipv6View
{
    /// <summary>Octets of the fixed header.</summary>
    public const int HeaderLength = 40;

    private const int PayloadLengthAt = 4;
    private const int NextHeaderAt = 6;
    private const int HopLimitAt = 7;
    private const int SourceAt = 8;
    private const int DestinationAt = 24;

    private readonly Span<byte> _octets;

    private Ipv6View(Span<byte> octets) => _octets = octets;

    /// <summary>The packet; whatever lay behind it is not part of it.</summary>
    public Span<byte> Octets => _octets;

    /// <summary>Extension headers and payload.</summary>
    public Span<byte> Payload => _octets[HeaderLength..];

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass
    {
        get => (byte)(BinaryPrimitives.ReadUInt16BigEndian(_octets) >> 4);
        set => BinaryPrimitives.WriteUInt16BigEndian(_octets, (ushort)((BinaryPrimitives.ReadUInt16BigEndian(_octets) & 0xF00F) | (value << 4)));
    }

    /// <summary>The 20-bit flow label (RFC 6437).</summary>
    public uint FlowLabel => BinaryPrimitives.ReadUInt32BigEndian(_octets) & 0xFFFFF;

    /// <summary>Octets behind the fixed header.</summary>
    public ushort PayloadLength
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_octets[PayloadLengthAt..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_octets[PayloadLengthAt..], value);
    }

    /// <summary>The first extension header or the payload's protocol.</summary>
    public byte NextHeader { get => _octets[NextHeaderAt]; set => _octets[NextHeaderAt] = value; }

    /// <summary>Hops left.</summary>
    public byte HopLimit { get => _octets[HopLimitAt]; set => _octets[HopLimitAt] = value; }

    /// <summary>Source address.</summary>
    public IpAddress Source { get => IpAddress.ReadV6(_octets[SourceAt..]); set => value.WriteTo(_octets[SourceAt..]); }

    /// <summary>Destination address.</summary>
    public IpAddress Destination { get => IpAddress.ReadV6(_octets[DestinationAt..]); set => value.WriteTo(_octets[DestinationAt..]); }

    /// <summary>Looks at the lengths once; octets behind the payload length are cut off.</summary>
    public static bool TryView(Span<byte> octets, out Ipv6View view)
    {
        view = default;
        if (octets.Length < HeaderLength || octets[0] >> 4 != (int)IpVersion.V6)
        {
            return false;
        }

        var length = HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(octets[PayloadLengthAt..]);
        // RFC 2675 §3: payload length 0 before a hop-by-hop header announces a jumbogram.
        if (length > octets.Length || (length == HeaderLength && octets[NextHeaderAt] == IpProtocol.HopByHop))
        {
            return false;
        }

        view = new Ipv6View(octets[..length]);
        return true;
    }

    // For IpPacketView, whose birth looked at the same octets.
    internal static Ipv6View Trust(Span<byte> octets) => new(octets);

    /// <summary>Writes a header over the first 40 octets and views the packet.</summary>
    public static Ipv6View Write(Span<byte> packet, in IpHeaderFields fields)
    {
        var view = new Ipv6View(packet);
        BinaryPrimitives.WriteUInt32BigEndian(packet, (6u << 28) | ((uint)fields.Tos << 20) | (fields.FlowLabel & 0xFFFFF));
        view.PayloadLength = (ushort)(packet.Length - HeaderLength);
        view.NextHeader = fields.Protocol;
        view.HopLimit = fields.HopLimit;
        view.Source = fields.Source;
        view.Destination = fields.Destination;
        return view;
    }
}
