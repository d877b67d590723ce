using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ports.Divert;

/// <summary>Which packets of the host's own path a capture takes out of it; everything else never leaves the kernel.</summary>
/// <remarks>Ports know no policy: control derives this from the rules, and a capture may take more than it asks for, never less.</remarks>
public sealed record DivertPlan
{
    /// <summary>Packets the host sends in clear that a rule protects, discards, or has to be asked about.</summary>
    public required IReadOnlyList<TrafficSelector> Outbound { get; init; }

    /// <summary>Packets that arrive in clear and by a rule should not (RFC 4301 §5.2): they are judged, and refused unless a rule lets them pass.</summary>
    public required IReadOnlyList<TrafficSelector> Inbound { get; init; }

    /// <summary>What arrives protected: the far and near ends of ESP and AH, and the UDP port of encapsulation where there is one.</summary>
    public required IReadOnlyList<CipherFlow> Protected { get; init; }

    /// <summary>Addresses of this host at which protected packets are taken from whoever sends them, because any number of peers may.</summary>
    public IReadOnlyList<IpAddress> ProtectedFromAny { get; init; } = [];

    /// <summary>This host's ends of what is protected.</summary>
    public IReadOnlyList<IpAddress> OwnEnds => [.. Protected.Select(flow => flow.Local).Union(ProtectedFromAny)];

    /// <summary>Whether keys are negotiated: the messages of IKE then stay with the host, whatever else the plan takes (RFC 7296 §2.23).</summary>
    public bool LeavesIke { get; init; }
}
