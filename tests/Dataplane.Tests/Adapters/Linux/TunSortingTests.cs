using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>Enterprise Extender behind a flood that nobody has read yet: the kernel's own program sorts real packets of both families.</summary>
public sealed class TunSortingTests
{
    // The kernel holds 500 frames a queue (TUN_READQ_SIZE); more are lost.
    private const int Flood = 700;
    private const ushort BulkPort = 5001;
    private const string FarV4 = "10.78.0.2";
    private const string FarV6 = "fd78::2";

    [Theory]
    [InlineData(FarV4)]
    [InlineData(FarV6)]
    public void Receive_EeBehindAFlood_ComesFirstAndNoneOfItIsLost(string far)
    {
        using var host = new TunHost(TunOffloads.None);
        host.Send(far, BulkPort, 0, Flood);
        host.Send(far, 12001, 0xC0, 40);
        host.Send(far, 12002, 0x80, 20);

        var first = host.Receive();
        Assert.Equal([.. Enumerable.Repeat(12001, 40), .. Enumerable.Repeat(12002, 20)], first);
        var second = host.Receive();
        Assert.Equal(PacketBatch.DefaultCapacity, second.Length);
        Assert.All(second, port => Assert.Equal(BulkPort, port));
    }

    [Theory]
    [InlineData(FarV4)]
    [InlineData(FarV6)]
    public void Receive_EeBehindAFloodInOneQueue_IsLostWithTheRest(string far)
    {
        using var host = new TunHost(TunOffloads.Precedence);
        host.Send(far, BulkPort, 0, Flood);
        host.Send(far, 12001, 0xC0, 40);

        Assert.DoesNotContain(12001, host.Receive());
        while (host.Port.HasWaiting)
        {
            Assert.DoesNotContain(12001, host.Receive());
        }
    }

    [Theory]
    [InlineData(FarV4, 0x20, true)]
    [InlineData(FarV4, 0xB8, true)]
    [InlineData(FarV4, 0x1C, false)]
    [InlineData(FarV6, 0x20, true)]
    [InlineData(FarV6, 0xB8, true)]
    [InlineData(FarV6, 0x1C, false)]
    public void HasMarked_ByPrecedence_AsItsUpperThreeBitsSay(string far, int tos, bool isMarked)
    {
        using var host = new TunHost(TunOffloads.None);
        host.Send(far, BulkPort, tos, 1);
        Assert.True(host.Port.HasWaiting);
        Assert.Equal(isMarked, host.Port.HasMarked);
    }

    [Fact]
    public void TryReceiveMarked_FloodAndEe_TakesEeAlone()
    {
        using var host = new TunHost(TunOffloads.None);
        using var batch = new PacketBatch();
        host.Send(FarV4, BulkPort, 0, 3);
        Assert.False(host.Port.TryReceiveMarked(batch));
        host.Send(FarV4, 12001, 0xC0, 2);
        Assert.True(host.Port.TryReceiveMarked(batch));
        Assert.Equal([12001, 12001], TunHost.PortsOf(batch));
        Assert.False(host.Port.HasMarked);
        Assert.Equal([BulkPort, BulkPort, BulkPort], host.Receive());

        host.Send(FarV4, 12001, 0xC0, 1);
        Assert.True(host.Port.HasMarked);
        host.Port.Interrupt();
        Assert.False(host.Port.HasMarked || host.Port.TryReceiveMarked(batch));
    }

    [Fact]
    public void TryReceiveMarked_OneQueue_TakesNothing()
    {
        using var host = new TunHost(TunOffloads.Precedence);
        using var batch = new PacketBatch();
        host.Send(FarV4, 12001, 0xC0, 2);
        Assert.False(host.Port.HasMarked || host.Port.TryReceiveMarked(batch));
        Assert.Equal([12001, 12001], host.Receive());
    }

    [Fact]
    public void Receive_MarkedSuperframe_ComesWholeByItsQueue()
    {
        using var host = new TunHost(TunOffloads.None);
        host.Send(FarV4, BulkPort, 0, 3);
        host.SendSuperframe(FarV4, 12002, 0x80, count: 10, size: 1000);
        using var batch = new PacketBatch();
        Assert.True(host.Port.TryReceiveMarked(batch));
        var superframe = Assert.Single(batch.Slots.ToArray())!;
        Assert.Equal((SegmentKind.Udp, 10), (superframe.Segments.Kind, superframe.Segments.CountIn(superframe.Length)));
        Assert.Equal(1, host.Port.ReceivedSuperframes);
    }

    [Fact]
    public void Receive_BulkOfSuperframes_IsTakenInSmallParts()
    {
        const int Octets = 50_000;
        using var host = new TunHost(TunOffloads.None);
        for (var sent = 0; sent < 12; sent++)
        {
            host.SendSuperframe(FarV4, BulkPort, 0, count: Octets / 1000, size: 1000);
        }

        // The superframe that reaches the bound is the last: a marked packet waits for no more.
        Assert.Equal((PacketBatch.MostRoutineOctets / Octets) + 1, host.Receive().Length);
    }

    [Fact]
    public void Open_InterfaceOfOneQueueIsThere_TakesItAndSaysThatItDoesNotSort()
    {
        using var spaces = Spaces();
        spaces.A.Ip("tuntap", "add", "dev", "tun0", "mode", "tun");
        using var device = spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun0" }));
        Assert.EndsWith("precedence off (the interface is there and has one queue)", device.FeatureLine, StringComparison.Ordinal);
        Assert.False(device.Ports[0].HasMarked);
    }

    [Theory]
    [InlineData(1, "precedence on")]
    [InlineData(2, "precedence off (with one queue only)")]
    public void Open_Queues_FeatureLineTellsWhetherTheKernelSorts(int queues, string words)
    {
        using var spaces = Spaces();
        using var device = spaces.A.Run(() => TunDevice.Open(new TunOptions { Name = "tun0", Queues = queues }));
        Assert.EndsWith(words, device.FeatureLine, StringComparison.Ordinal);
    }

    private static NetworkNamespaces Spaces()
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        return new NetworkNamespaces();
    }
}
