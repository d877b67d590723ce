using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.Sad;

/// <summary>Limits of packets, octets and age: each event is told once, and nothing passes a hard one.</summary>
public sealed class LifetimeTests
{
    private const string Soft = "soft pair 4097";
    private const string Hard = "hard pair 4097";

    [Fact]
    public void Packets_SoftAndHard_AreToldOnceOnBothSides()
    {
        using var pair = Pair(new SaLifetime { SoftPackets = 3, HardPackets = 5 });
        var arrived = Enumerable.Range(0, 8).Sum(_ => pair.Carry(Clear(pair)).Count);
        Assert.Equal(5, arrived);
        Assert.Equal([Soft, Hard], pair.A.Events.Told);
        Assert.Equal([Soft, Hard], pair.B.Events.Told);
        Assert.Equal(3, pair.A.Dropped(DropReason.LifetimeExpired));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Fact]
    public void Packets_InOneBatch_StopAtTheHardLimitAllTheSame()
    {
        using var sender = new SteppedPair();
        using var receiver = Pair(new SaLifetime { HardPackets = 5 });
        var sent = sender.A.Send([.. Enumerable.Repeat(Clear(sender), 8)]);
        Assert.Equal(8, sent.Count);
        Assert.Equal(5, receiver.B.Receive(sent).Count);
        Assert.Equal(3, receiver.B.Dropped(DropReason.LifetimeExpired));
        Assert.Equal([Hard], receiver.B.Events.Told);
        Assert.Equal(5, receiver.A.Send([.. Enumerable.Repeat(Clear(receiver), 8)]).Count);
    }

    [Fact]
    public void Bytes_CountTheClearPacketAndStopBeforeTheLimitIsPassed()
    {
        // Packets of 100 octets: the fifth would pass 450, which control must hear of though 450 were never reached.
        using var pair = Pair(new SaLifetime { SoftBytes = 200, HardBytes = 450 });
        Assert.Equal(4, Enumerable.Range(0, 7).Sum(_ => pair.Carry(Clear(pair)).Count));
        Assert.Equal([Soft, Hard], pair.A.Events.Told);
        Assert.Equal(3, pair.A.Dropped(DropReason.LifetimeExpired));
        var snapshot = pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound);
        Assert.Equal((4L, 400L), (snapshot.Packets, snapshot.Bytes));
    }

    [Fact]
    public void Bytes_InboundBeyondTheHardLimit_AreRefusedAndToldOnce()
    {
        using var sender = new SteppedPair();
        using var receiver = Pair(new SaLifetime { HardBytes = 450 });
        Assert.Equal(4, Enumerable.Range(0, 7).Sum(_ => receiver.B.Receive(sender.A.Send(Clear(sender))).Count));
        Assert.Equal([Hard], receiver.B.Events.Told);
        Assert.Equal(3, receiver.B.Dropped(DropReason.LifetimeExpired));
    }

    [Fact]
    public void Age_SoftAndHard_AreToldOnceWithoutTraffic()
    {
        using var pair = Pair(new SaLifetime { SoftAge = TimeSpan.FromMinutes(50), HardAge = TimeSpan.FromHours(1) });
        Assert.Single(pair.Carry(Clear(pair)));
        pair.A.Tick();
        Assert.Empty(pair.A.Events.Told);
        pair.A.Clock.Advance(TimeSpan.FromMinutes(50));
        pair.A.Tick();
        pair.A.Tick();
        // Each host has an SA in each direction.
        Assert.Equal(["soft pair 4097", "soft pair 8193"], pair.A.Events.Told.Order());
        Assert.Single(pair.Carry(Clear(pair)));
        pair.A.Clock.Advance(TimeSpan.FromMinutes(10));
        pair.A.Tick();
        pair.A.Tick();
        Assert.Equal(["hard pair 4097", "hard pair 8193"], pair.A.Events.Told.Skip(2).Order());
        Assert.Empty(pair.A.Send(Clear(pair)));
        Assert.Equal(1, pair.A.Dropped(DropReason.LifetimeExpired));
        Assert.Empty(pair.B.Events.Told);
    }

    private static SteppedPair Pair(SaLifetime lifetime) => new(change: model => model with { Lifetime = lifetime });

    private static byte[] Clear(SteppedPair pair) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(72).Build();
}
