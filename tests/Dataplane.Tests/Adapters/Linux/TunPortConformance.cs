using Dataplane.Tests.Ports;
using IpsecDp.Adapters.Linux;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Linux;

public sealed class TunPortConformance : PortConformance
{
    protected override PortRig CreateRig() => TunRig.Create(TunOffloads.None);
}
