using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>Its packets are marked, and come by the second pair of sockets.</summary>
public sealed class RawEspPortSortedConformance : PortConformance
{
    protected override PortRig CreateRig() => RawEspRig.Create(IpProtocol.Esp, sorts: true);
}
