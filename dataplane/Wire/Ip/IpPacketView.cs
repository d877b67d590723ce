using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace IpsecDp.Wire.Ip;

/// <summary>A packet of either version with its extension headers walked: the one look the packet line takes.</summary>
public readonly ref struct IpPacketView
{
    private readonly Ipv6ExtensionWalker _extensions;

    // Two constructors: a walk IPv4 does not have would be copied through memory for every packet.
    private IpPacketView(Ipv4View packet)
    {
        Octets = packet.Octets;
        Version = IpVersion.V4;
    }

    private IpPacketView(Ipv6View packet, Ipv6ExtensionWalker extensions)
    {
        Octets = packet.Octets;
        Version = IpVersion.V6;
        _extensions = extensions;
    }

    /// <summary>The packet without what lay behind its stated length.</summary>
    public Span<byte> Octets { get; }

    /// <summary>4 or 6.</summary>
    public IpVersion Version { get; }

    /// <summary>The protocol behind all headers walked; for a later fragment what its first fragment carries.</summary>
    public byte Protocol => Version == IpVersion.V4 ? V4.Protocol : _extensions.Protocol;

    /// <summary>Where the payload of <see cref="Protocol"/> starts.</summary>
    public int PayloadAt => Version == IpVersion.V4 ? V4.HeaderLength : _extensions.PayloadAt;

    /// <summary>Octets before the place where ESP or AH goes in transport mode (RFC 4303 §3.1.1).</summary>
    public int TransportInsertionAt => Version == IpVersion.V4 ? V4.HeaderLength : _extensions.UnfragmentableEnd;

    /// <summary>The octet that names what stands at <see cref="TransportInsertionAt"/>: protocol or next header.</summary>
    public int TransportProtocolFieldAt => Version == IpVersion.V4 ? 9 : _extensions.UnfragmentableFieldAt;

    /// <summary>The octet that names <see cref="Protocol"/>.</summary>
    public int ProtocolFieldAt => Version == IpVersion.V4 ? 9 : _extensions.NextHeaderFieldAt;

    /// <summary>What <see cref="Protocol"/> is carried as.</summary>
    public Span<byte> Payload => Octets[PayloadAt..];

    /// <summary>Source address.</summary>
    public IpAddress Source
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Version == IpVersion.V4 ? V4.Source : V6.Source;
    }

    /// <summary>Destination address.</summary>
    public IpAddress Destination
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Version == IpVersion.V4 ? V4.Destination : V6.Destination;
    }

    /// <summary>DSCP and ECN.</summary>
    public byte Tos => Version == IpVersion.V4 ? V4.Tos : V6.TrafficClass;

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit => Version == IpVersion.V4 ? V4.TimeToLive : V6.HopLimit;

    /// <summary>Whether routers may not fragment it; always for IPv6.</summary>
    public bool DontFragment => Version == IpVersion.V6 || V4.DontFragment;

    /// <summary>Whether it is a piece of a packet; an atomic fragment (RFC 6946) is not.</summary>
    public bool IsFragment => FragmentOffset > 0 || MoreFragments;

    /// <summary>Whether it is a piece other than the first, so that its ports are unknown.</summary>
    public bool IsLaterFragment => FragmentOffset > 0;

    /// <summary>Where the fragment's payload lies in the whole, in octets.</summary>
    public int FragmentOffset => Version == IpVersion.V4 ? V4.FragmentOffset : _extensions.HasFragmentHeader ? FragmentWord & 0xFFF8 : 0;

    /// <summary>Whether more fragments follow.</summary>
    public bool MoreFragments => Version == IpVersion.V4 ? V4.MoreFragments : _extensions.HasFragmentHeader && (FragmentWord & 1) != 0;

    /// <summary>What the fragments of one packet share; 0 for IPv6 without a fragment header.</summary>
    public uint Identification => Version == IpVersion.V4
        ? V4.Identification
        : _extensions.HasFragmentHeader ? BinaryPrimitives.ReadUInt32BigEndian(Octets[(_extensions.FragmentHeaderAt + 4)..]) : 0;

    /// <summary>Where the IPv6 fragment header starts, 0 without one.</summary>
    public int FragmentHeaderAt => _extensions.FragmentHeaderAt;

    /// <summary>The packet as IPv4; only for <see cref="IpVersion.V4"/>.</summary>
    public Ipv4View V4 => Ipv4View.Trust(Octets);

    /// <summary>The packet as IPv6; only for <see cref="IpVersion.V6"/>.</summary>
    public Ipv6View V6 => Ipv6View.Trust(Octets);

    private ushort FragmentWord => BinaryPrimitives.ReadUInt16BigEndian(Octets[(_extensions.FragmentHeaderAt + 2)..]);

    /// <summary>Looks at version, lengths and extension headers once.</summary>
    public static bool TryView(Span<byte> octets, out IpPacketView view)
    {
        if (Ipv4View.TryView(octets, out var v4))
        {
            view = new IpPacketView(v4);
            return true;
        }

        return TryViewV6(octets, out view);
    }

    /// <summary>DSCP and ECN of a packet that was looked at before.</summary>
    public static byte TosOf(Span<byte> octets) => octets[0] >> 4 == (int)IpVersion.V4 ? Ipv4View.Trust(octets).Tos : Ipv6View.Trust(octets).TrafficClass;

    private static bool TryViewV6(Span<byte> octets, out IpPacketView view)
    {
        view = default;
        if (!Ipv6View.TryView(octets, out var v6) || !Ipv6ExtensionWalker.TryWalk(v6.Octets, out var extensions))
        {
            return false;
        }

        view = new IpPacketView(v6, extensions);
        return true;
    }
}
