using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public class NfqueueEspConformance : PortConformance
{
    protected override PortRig CreateRig() => NfqueueCipherRig.Create(IpsecDp.Wire.Ip.IpProtocol.Esp);
}
