using IpsecDp.Wire.Ip;

namespace IpsecDp.Workloads;

/// <summary>One address of each host, both of one IP version.</summary>
public readonly record struct AddressPair(IpAddress A, IpAddress B)
{
    /// <summary>The version both addresses have.</summary>
    public IpVersion Version => A.Version;

    /// <summary>The address of a host.</summary>
    public IpAddress Of(HostSide side) => side == HostSide.A ? A : B;

    /// <summary>The address of the other host.</summary>
    public IpAddress PeerOf(HostSide side) => side == HostSide.A ? B : A;
}
