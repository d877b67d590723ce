using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike;

/// <summary>The two ends of a datagram, seen from this host.</summary>
/// <param name="Local">This host's address.</param>
/// <param name="LocalPort">This host's UDP port, 500 or 4500 as a rule.</param>
/// <param name="Remote">The peer's address, or that of the NAT in front of it.</param>
/// <param name="RemotePort">The peer's UDP port, or the NAT's.</param>
public readonly record struct IkePath(IpAddress Local, ushort LocalPort, IpAddress Remote, ushort RemotePort)
{
    /// <summary>Where IKE begins (RFC 7296 §2).</summary>
    public const ushort Port = 500;

    /// <summary>Where IKE goes on when there is a NAT (RFC 7296 §2.23).</summary>
    public const ushort NatPort = 4500;

    /// <summary>Whether datagrams here carry the non-ESP marker (RFC 3948 §2.2); the driver writes and strips it.</summary>
    public bool HasMarker => LocalPort != Port && RemotePort != Port;

    /// <inheritdoc/>
    public override string ToString() => $"{Local}[{LocalPort}] - {Remote}[{RemotePort}]";
}
