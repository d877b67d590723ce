using IpsecDp.Engines.Accounting;
using IpsecDp.Host.Lab;
using IpsecDp.Ports.Memory;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads;

namespace EndToEnd.Tests.Lab;

public class LabHostTests
{
    [Fact]
    public void Dispose_NeverStarted_GivesEverythingBack()
    {
        var options = new LabOptions();
        var (end, other) = MemoryCipherLink.Create(new MemoryPortOptions { Name = "link", Mtu = 1500, QueueLength = LabHost.QueueLength });
        using var unused = other;
        var (workload, _) = LabWorkload.Create(options, new AddressPair(Address("192.0.2.10"), Address("198.51.100.20")), 1400);

        var host = new LabHost("A", options, 1500, end, workload, new CpuLedger(), LabEvents.Silent);
        host.Dispose();

        Assert.Equal(0, host.Outstanding);
    }

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
