using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>IIPHONORPRIORITY=NO with a TUN: the thread's bulk waits for room at an engine that is held when Enterprise Extender comes to the port.</summary>
public sealed class TunWaitForRoomTests : IDisposable
{
    private const string Near = "10.78.0.1";
    private const string Far = "10.78.0.2";
    private const ushort EePort = 12001;
    private const ushort BulkPort = 5001;

    private readonly NetworkNamespaces _spaces;
    private readonly BufferPool _superframes = new(BufferPool.SuperframeCapacity, 4);
    private readonly BufferPool _packets = new(BufferPool.PacketCapacity, 256);
    private readonly EnginePool _pool = new(
        new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { HonorPriority = false, QueueDepth = 1, LongestWait = TimeSpan.FromHours(1) } },
        new CpuLedger());

    public TunWaitForRoomTests()
    {
        Assert.SkipWhen(NetworkNamespaces.Hindrance is not null, NetworkNamespaces.Hindrance ?? "");
        _spaces = new NetworkNamespaces();
    }

    public void Dispose()
    {
        _pool.Dispose();
        _spaces.Dispose();
    }

    [Theory]
    [InlineData(TunOffloads.None, true)]
    [InlineData(TunOffloads.Precedence, false)]
    public void BulkWaitsForRoom_EeComes_IsPlacedMeanwhileWhereTheKernelSorts(TunOffloads disabled, bool isPlaced)
    {
        using var device = _spaces.A.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
            return TunDevice.Open(new TunOptions { Name = "tun0", Addresses = [new InterfaceAddress(IPAddress.Parse(Near), 24)], Disabled = disabled });
        });
        using var plane = Plane(device.Ports[0]);
        using var hold = new EngineHold(_pool);
        plane.Start();
        Send(0, BulkPort);
        Assert.True(SpinWait.SpinUntil(() => Queued == 1, TestThread.Patience));
        Send(0, BulkPort);
        Assert.True(SpinWait.SpinUntil(() => _pool.Snapshot().Waits == 1, TestThread.Patience));
        Send(0, BulkPort);
        Send(0xC0, EePort);

        if (isPlaced)
        {
            Assert.True(SpinWait.SpinUntil(() => Queued == 2, TestThread.Patience));
            Assert.Equal(3, device.Ports[0].Stats.ReceivedPackets);
            return;
        }

        // Nobody took it as long as the engine was held; it comes when there is room.
        Assert.Equal((1, 2L), (Queued, device.Ports[0].Stats.ReceivedPackets));
        hold.Release();
        Assert.True(SpinWait.SpinUntil(() => device.Ports[0].Stats.ReceivedPackets == 4, TestThread.Patience));
    }

    private int Queued => _pool.Snapshot().Engines[0].Depth;

    private DataPlane Plane(TunPort port)
    {
        var plane = new DataPlane(new DataPlaneOptions
        {
            Name = "test",
            ClearPorts = [port],
            CipherPorts = [new RecordingPort(1500)],
            Pool = _pool,
            Crypto = new CryptoEngines(new PlatformEngine()),
            Ledger = new CpuLedger(),
            Packets = _packets,
            Superframes = _superframes,
            Events = new RecordedEvents(),
        });
        foreach (var (tunnel, spi) in new[] { ("ee", 0x1001u), ("bulk", 0x1002u) })
        {
            plane.ReplaceOutbound(tunnel, [TestSa.Model(spi, Near, Far, isOutbound: true) with { Tunnel = tunnel }]);
        }

        var ee = new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Udp, PortRange.Any, new PortRange(EePort, EePort));
        plane.Publish(new SpdModel(
        [
            new SpdRule { Name = "ee", Selectors = [ee], Action = PolicyAction.Protect, Tunnel = "ee" },
            new SpdRule { Name = "bulk", Selectors = [TestSa.Any(AddressRange.AnyV4)], Action = PolicyAction.Protect, Tunnel = "bulk" },
        ]));
        return plane;
    }

    private void Send(int tos, ushort port)
    {
        using var socket = _spaces.A.Run(() => HostSocket.Udp(new IPEndPoint(IPAddress.Parse(Near), 0)));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, tos);
        socket.SendTo(new byte[100], new IPEndPoint(IPAddress.Parse(Far), port));
    }
}
