using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public class NfqueueClearConformance : PortConformance
{
    protected override PortRig CreateRig() => NfqueueClearRig.Create();
}
