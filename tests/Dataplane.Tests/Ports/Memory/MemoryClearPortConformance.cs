using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Memory;

public sealed class MemoryClearPortConformance : PortConformance
{
    protected override PortRig CreateRig() => new MemoryClearRig(new MemoryClearPort(), port => port);
}
