using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class FaultyPortConformance : PortConformance
{
    protected override PortRig CreateRig() =>
        new MemoryCipherRig(MemoryCipherLink.Create(), port => new FaultyPort(port, FaultPlan.None, seed: 1));
}
