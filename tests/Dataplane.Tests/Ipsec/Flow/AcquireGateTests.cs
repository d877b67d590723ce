using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>Packets that wait for an SA: some, and not for ever.</summary>
public sealed class AcquireGateTests
{
    [Fact]
    public void Held_LongerThanPatience_AreCountedUnderTheirReasonAndGivenBack()
    {
        using var pair = new SteppedPair();
        Assert.True(pair.A.Plane.RemoveOutbound(TestSa.Tunnel));
        Assert.Empty(pair.A.Send(Clear(pair, 1), Clear(pair, 2)));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(pair.A.Send(Clear(pair, 3)));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(9));
        pair.A.Tick();
        Assert.Equal((0L, 3), (pair.A.Dropped(DropReason.AcquireExpired), pair.A.Outstanding));
        pair.A.Clock.Advance(TimeSpan.FromSeconds(1));
        pair.A.Tick();
        Assert.Equal((2L, 1), (pair.A.Dropped(DropReason.AcquireExpired), pair.A.Outstanding));

        // Who came later is still sent.
        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(SteppedPair.SpiToB + 1, pair.AddressA, pair.AddressB, true)]);
        pair.B.Plane.InstallInbound(TestSa.Tunnel, [TestSa.Model(SteppedPair.SpiToB + 1, pair.AddressA, pair.AddressB, false)]);
        Assert.Equal([Clear(pair, 3)], pair.B.Receive(pair.A.Cipher.Take()));
        pair.A.Clock.Advance(TimeSpan.FromMinutes(5));
        pair.A.Tick();
        Assert.Equal((2L, 0), (pair.A.Dropped(DropReason.AcquireExpired), pair.A.Outstanding));
    }

    [Fact]
    public void Held_OfAllTunnelsTogether_LeavesBuffersToTheOthers()
    {
        using var host = new SteppedHost(1500, 4096, 256);
        const int Tunnels = 200;
        host.Plane.Publish(new SpdModel([.. Enumerable.Range(0, Tunnels).Select(Rule)]));
        foreach (var tunnel in Enumerable.Range(0, Tunnels))
        {
            Assert.Empty(host.Send([.. Enumerable.Range(0, 16).Select(_ => PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, (ushort)(1000 + tunnel)).Build())]));
        }

        var held = host.Outstanding;
        Assert.InRange(held, 1000, (int)(HeldBudget.MostOctets / BufferPool.PacketCapacity));
        Assert.Equal((16 * Tunnels) - held, host.Dropped(DropReason.AwaitingSa));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        host.Tick();
        Assert.Equal((0, (long)held), (host.Outstanding, host.Dropped(DropReason.AcquireExpired)));

        // What was given back may be held again.
        Assert.Empty(host.Send(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 1000).Build()));
        Assert.Equal(1, host.Outstanding);
    }

    [Fact]
    public void Held_Superframe_CountsItsPackets()
    {
        using var host = new SteppedHost();
        host.Plane.Publish(TestSa.ProtectAll());
        var superframe = PacketBuilder.Tcp("192.0.2.1", "192.0.2.2", 1, 2).Payload(10_000).Build();
        Assert.Empty(host.SendSuperframe(superframe, new Segmentation(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true)));
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        host.Tick();
        Assert.Equal((10L, 0), (host.Dropped(DropReason.AcquireExpired), host.Outstanding));
    }

    private static SpdRule Rule(int tunnel) => new()
    {
        Name = $"rule {tunnel}",
        Selectors = [new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpsecDp.Wire.Ip.IpProtocol.Udp, PortRange.Any, PortRange.Of((ushort)(1000 + tunnel)))],
        Action = PolicyAction.Protect,
        Tunnel = $"tunnel {tunnel}",
    };

    private static byte[] Clear(SteppedPair pair, ushort port) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, port, 2).Payload(72).Build();
}
