using Dataplane.Tests.Ports;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Windows;

public sealed class WinDivertCipherSortedConformance : PortConformance
{
    protected override PortRig CreateRig() => WinDivertCipherRig.Create(isDouble: false, sorts: true);
}
