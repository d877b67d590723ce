using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public class NfqueueAhConformance : PortConformance
{
    protected override PortRig CreateRig() => NfqueueCipherRig.Create(IpsecDp.Wire.Ip.IpProtocol.Ah);
}
