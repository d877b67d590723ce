using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux;

public sealed class RawAhPortConformance : PortConformance
{
    protected override PortRig CreateRig() => RawEspRig.Create(IpProtocol.Ah);
}
