using System.Buffers.Binary;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Transport;

/// <summary>An ICMP or ICMPv6 message (RFC 792, RFC 4443); exists only if its 8-octet header is whole.</summary>
public readonly ref struct IcmpView
{
    /// <summary>Octets before the body.</summary>
    public const int HeaderLength = 8;

    private readonly Span<byte> _octets;

    private IcmpView(Span<byte> octets) => _octets = octets;

    /// <summary>Header and body.</summary>
    public Span<byte> Octets => _octets;

    /// <summary>Message type.</summary>
    public byte Type { get => _octets[0]; set => _octets[0] = value; }

    /// <summary>Message code.</summary>
    public byte Code { get => _octets[1]; set => _octets[1] = value; }

    /// <summary>Checksum.</summary>
    public ushort Checksum
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_octets[2..]);
        set => BinaryPrimitives.WriteUInt16BigEndian(_octets[2..], value);
    }

    /// <summary>The second word: echo identifier and number, or unused and next-hop MTU (RFC 1191), or MTU (RFC 4443 §3.2).</summary>
    public uint Rest
    {
        get => BinaryPrimitives.ReadUInt32BigEndian(_octets[4..]);
        set => BinaryPrimitives.WriteUInt32BigEndian(_octets[4..], value);
    }

    /// <summary>What follows the header; for an error, the start of the packet it is about.</summary>
    public Span<byte> Body => _octets[HeaderLength..];

    /// <summary>Looks at the length once.</summary>
    public static bool TryView(Span<byte> octets, out IcmpView view)
    {
        view = octets.Length < HeaderLength ? default : new IcmpView(octets);
        return octets.Length >= HeaderLength;
    }

    /// <summary>Computes an ICMP checksum afresh (RFC 792).</summary>
    public void UpdateChecksum()
    {
        Checksum = 0;
        Checksum = InternetChecksum.Compute(_octets);
    }

    /// <summary>Computes an ICMPv6 checksum afresh, with its pseudo-header (RFC 4443 §2.3).</summary>
    public void UpdateChecksum(IpAddress source, IpAddress destination)
    {
        Checksum = 0;
        var sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Icmpv6, _octets.Length), _octets);
        Checksum = (ushort)~InternetChecksum.Fold(sum);
    }
}
