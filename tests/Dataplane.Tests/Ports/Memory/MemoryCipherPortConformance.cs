using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Memory;

public sealed class MemoryCipherPortConformance : PortConformance
{
    protected override PortRig CreateRig() => new MemoryCipherRig(MemoryCipherLink.Create(), port => port);
}
