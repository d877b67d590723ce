using IpsecDp.Wire.Ip;

namespace IpsecDp.Wire.Selectors;

/// <summary>One conjunction of RFC 4301 §4.4.1.1, seen from this host: local and remote addresses, protocol, local and remote ports.</summary>
/// <param name="Local">Addresses on this side.</param>
/// <param name="Remote">Addresses on the other side.</param>
/// <param name="Protocol">The protocol; null for any.</param>
/// <param name="LocalPorts">Ports on this side, or ICMP type and code.</param>
/// <param name="RemotePorts">Ports on the other side; the same as <paramref name="LocalPorts"/> for ICMP.</param>
public sealed record TrafficSelector(AddressRange Local, AddressRange Remote, byte? Protocol, PortRange LocalPorts, PortRange RemotePorts)
{
    /// <summary>Whether an outbound packet fits: its source is local.</summary>
    public bool MatchesOutbound(in FlowKey flow) =>
        Local.Contains(flow.Source) && Remote.Contains(flow.Destination) && MatchesProtocol(flow, flow.SourcePort, flow.DestinationPort);

    /// <summary>Whether an inbound packet fits: its destination is local.</summary>
    public bool MatchesInbound(in FlowKey flow) =>
        Local.Contains(flow.Destination) && Remote.Contains(flow.Source) && MatchesProtocol(flow, flow.DestinationPort, flow.SourcePort);

    /// <summary>Whether an outbound packet fits by addresses and protocol, its ports aside: all a later fragment shows.</summary>
    public bool ReachesOutbound(in FlowKey flow) => Reaches(flow.Source, flow.Destination, flow.Protocol);

    /// <summary>Whether an inbound packet fits by addresses and protocol, its ports aside.</summary>
    public bool ReachesInbound(in FlowKey flow) => Reaches(flow.Destination, flow.Source, flow.Protocol);

    /// <summary>Whether every packet that fits the other fits this one.</summary>
    public bool Covers(TrafficSelector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Local.Contains(other.Local)
            && Remote.Contains(other.Remote)
            && (Protocol is null || Protocol == other.Protocol)
            && LocalPorts.Contains(other.LocalPorts)
            && RemotePorts.Contains(other.RemotePorts);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Local} port {LocalPorts} <> {Remote} port {RemotePorts} proto {(Protocol is { } p ? p : "any")}";

    private bool Reaches(IpAddress local, IpAddress remote, byte protocol) =>
        Local.Contains(local) && Remote.Contains(remote) && (Protocol is null || Protocol == protocol);

    private bool MatchesProtocol(in FlowKey flow, ushort localPort, ushort remotePort)
    {
        if (Protocol is { } protocol && protocol != flow.Protocol)
        {
            return false;
        }

        // A packet that shows no ports fits only a selector that does not ask for any (RFC 4301 §4.4.1.1, OPAQUE and ANY).
        return flow.HasPorts ? LocalPorts.Contains(localPort) && RemotePorts.Contains(remotePort) : LocalPorts.IsAny && RemotePorts.IsAny;
    }
}
