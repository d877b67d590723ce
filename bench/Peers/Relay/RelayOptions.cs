using System.Net;
using IpsecDp.Adapters;

namespace IpsecDp.Peers.Relay;

/// <summary>What one end of the relay is started with.</summary>
internal sealed record RelayOptions
{
    /// <summary>Name of the TUN interface.</summary>
    public required string Tun { get; init; }

    /// <summary>This end on the link.</summary>
    public required IPEndPoint Local { get; init; }

    /// <summary>The other end on the link.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Address of the TUN interface.</summary>
    public required InterfaceAddress Address { get; init; }

    /// <summary>What is routed into it.</summary>
    public required InterfaceAddress Route { get; init; }

    /// <summary>What becomes of a frame; the ports are not used by raw IP packets.</summary>
    public RelayForm Form { get; init; }

    /// <summary>MTU of the TUN interface.</summary>
    public int Mtu { get; init; } = 1438;

    /// <summary>Processors of the outbound and the inbound thread; null leaves both to the scheduler.</summary>
    public (int Outbound, int Inbound)? Placement { get; init; }
}
