using System.Net;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters;

/// <summary>Counts the descriptors of the whole process, so nothing else may run beside it.</summary>
[Collection(nameof(DescriptorTests))]
[CollectionDefinition(nameof(DescriptorTests), DisableParallelization = true)]
public sealed class DescriptorTests
{
    [Fact]
    public void Dispose_ManyDevicesAndPorts_LeaveNoDescriptor()
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        var before = 0;
        for (var round = 0; round < 6; round++)
        {
            before = round == 1 ? Count() : before;
            spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun0", Queues = 3 })).Dispose();
            spaces.A.Run(() => RawEspPort.Open(new RawEspOptions())).Dispose();
            spaces.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = IPAddress.IPv6Any })).Dispose();
            spaces.A.Run(() => UdpEncapPort.Open(new UdpEncapOptions())).Dispose();
            Assert.Throws<AdapterException>(() => spaces.A.Run(() => UdpEncapPort.Open(new UdpEncapOptions { Local = IPAddress.Parse("192.0.2.9") })));
            Assert.Throws<AdapterException>(() => spaces.A.Run(() => RawEspPort.Open(new RawEspOptions { Local = IPAddress.Parse("192.0.2.9") })));
            Assert.Throws<AdapterException>(() => spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = NetworkNamespaces.Link, Queues = 2 })));
        }

        // What tests before this one left to the finalizer may still go; what these left would be there in fives.
        Assert.True(SpinWait.SpinUntil(() => Count() <= before, TestThread.Patience), $"{Count()} descriptors, {before} before");
    }

    // Descriptors of ports are event descriptors, sockets and the TUN; those of the test runner come and go as other kinds.
    private static int Count() => Directory.GetFiles("/proc/self/fd")
        .Select(path => new FileInfo(path).LinkTarget ?? "")
        .Count(target => target is "/dev/net/tun" or "anon_inode:[eventfd]" or "anon_inode:bpf-map" || target.StartsWith("socket:", StringComparison.Ordinal));
}
