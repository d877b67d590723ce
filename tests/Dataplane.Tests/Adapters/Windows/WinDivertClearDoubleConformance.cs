using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Windows;

public sealed class WinDivertClearDoubleConformance : PortConformance
{
    protected override PortRig CreateRig() => WinDivertClearRig.Create(isDouble: true);
}
