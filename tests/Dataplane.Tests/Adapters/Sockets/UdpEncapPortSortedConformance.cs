using Dataplane.Tests.Ports;
using IpsecDp.Adapters.Sockets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Sockets;

public sealed class UdpEncapPortSortedConformance : PortConformance
{
    protected override PortRig CreateRig() => UdpEncapRig.Create(UdpOffloads.None, wholeDatagrams: true, sorts: true);
}
