using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="IpPacketView"/>, and the transport checksum written through it.</summary>
public sealed class IpPacketTarget() : WireTarget("ip-packet")
{
    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (!IpPacketView.TryView(octets, out var packet))
        {
            return;
        }

        Promise.Holds(packet.Octets.Length <= octets.Length, "the view lies within the octets");
        Promise.Holds(packet.PayloadAt + packet.Payload.Length == packet.Octets.Length, "headers and payload make the packet");
        Promise.Holds(packet.Octets[packet.ProtocolFieldAt] == packet.Protocol, "the field that names the protocol does");
        Promise.Holds(packet.TransportInsertionAt <= packet.PayloadAt && packet.TransportProtocolFieldAt < packet.TransportInsertionAt, "ESP and AH have their place before the payload");
        Promise.Holds(packet.IsFragment == (packet.IsLaterFragment || packet.MoreFragments), "a fragment has an offset or a follower");
        Promise.Holds(packet.FragmentOffset is >= 0 and <= 65528 && packet.FragmentOffset % 8 == 0, "offsets count in eights");
        Promise.Holds(packet.Source.Version == packet.Version && packet.Destination.Version == packet.Version, "addresses are of the packet's version");
        Promise.Holds(packet.Identification == 0 || packet.Version == IpVersion.V4 || packet.FragmentHeaderAt > 0, "IPv6 is identified by a fragment header");
        var final = Ipv6RoutingHeader.FinalDestination(packet);
        Promise.Holds(final.Version == packet.Version, "the last stop is of the packet's version");
        Promise.Holds(!TransportChecksum.TryUpdate(packet) || !packet.IsFragment, "a fragment has no checksum of its own");
    }
}
