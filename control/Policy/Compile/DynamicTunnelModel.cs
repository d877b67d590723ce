using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Policy.Compile;

/// <summary>A tunnel IKE makes the SAs of, as far as the data plane has to know it; the child of that name has the rest.</summary>
public sealed record DynamicTunnelModel
{
    /// <summary>The name rules, tunnel and child share.</summary>
    public required string Name { get; init; }

    /// <summary>The connection that makes it.</summary>
    public required string Connection { get; init; }

    /// <summary>This host's endpoint.</summary>
    public required IpAddress Local { get; init; }

    /// <summary>The peer's endpoint; null where any number of peers share the tunnel's rules.</summary>
    public required IpAddress? Remote { get; init; }

    /// <summary>Whether any number of peers share its rules, each with SAs of its own.</summary>
    public bool IsShared => Remote is null;

    /// <summary>The mode that is asked for; the peer may have another granted.</summary>
    public required SaMode Mode { get; init; }

    /// <summary>What happens to the outer header in tunnel mode.</summary>
    public required TunnelMarking Marking { get; init; }

    /// <summary>Packets the replay window spans; 0 for off.</summary>
    public required int ReplayWindow { get; init; }

    /// <summary>Octets the packet may have on the link towards the peer; 0 for the port's own.</summary>
    public required int PathMtu { get; init; }
}
