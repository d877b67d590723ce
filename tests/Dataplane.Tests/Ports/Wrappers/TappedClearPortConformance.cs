using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ports.Wrappers;

public sealed class TappedClearPortConformance : PortConformance
{
    protected override PortRig CreateRig() =>
        new MemoryClearRig(new MemoryClearPort(), port => new TappedClearPort(port, new PcapTap(new PcapngFile(new MemoryStream(), TimeProvider.System), port.Name)));
}
