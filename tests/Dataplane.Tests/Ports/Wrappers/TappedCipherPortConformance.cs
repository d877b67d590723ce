using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class TappedCipherPortConformance : PortConformance
{
    protected override PortRig CreateRig() =>
        new MemoryCipherRig(MemoryCipherLink.Create(), port => new TappedCipherPort(port, new TracingTap(port.Name, packet => $"{packet.Length} octets", new StringWriter())));
}
