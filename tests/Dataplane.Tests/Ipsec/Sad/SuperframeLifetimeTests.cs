using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.Sad;

/// <summary>Octets of a lifetime are those of the clear packets, their headers included, whether they come one by one or as a superframe, and the same at both ends.</summary>
public sealed class SuperframeLifetimeTests
{
    private static readonly Segmentation Segments = new(SegmentKind.Tcp, 1000, 40, IsChecksumMissing: true);

    [Theory]
    [InlineData(SaMode.Transport, false)]
    [InlineData(SaMode.Tunnel, false)]
    [InlineData(SaMode.Tunnel, true)]
    public void Charge_SuperframeAndItsPackets_AreTheSameAtBothEnds(SaMode mode, bool isInUdp)
    {
        using var whole = Pair(mode, isInUdp, SaLifetime.Unlimited);
        using var singly = Pair(mode, isInUdp, SaLifetime.Unlimited);
        var frame = Superframe(whole);
        Assert.Equal(5, whole.CarryFrames(frame).Sum(one => one.Split().Count));
        Assert.Equal(5, singly.Carry(frame.Split()).Count);
        const long Octets = (5 * 40) + 4500;
        Assert.Equal([(5L, Octets), (5L, Octets), (5L, Octets), (5L, Octets)], new[] { Sa(whole.A, false), Sa(whole.B, true), Sa(singly.A, false), Sa(singly.B, true) }.Select(sa => (sa.Packets, sa.Bytes)));
    }

    [Theory]
    [InlineData(4700, 5)]
    [InlineData(4699, 0)]
    public void HardLimit_IsThatOfTheSuperframesPackets(ulong limit, int arrived)
    {
        using var pair = Pair(SaMode.Tunnel, true, new SaLifetime { HardBytes = limit });
        Assert.Equal(arrived, pair.CarryFrames(Superframe(pair)).Sum(one => one.Split().Count));
        Assert.Equal(["hard pair 4097"], pair.A.Events.Told);
    }

    private static SteppedPair Pair(SaMode mode, bool isInUdp, SaLifetime lifetime) =>
        new(mode, change: model => model with { Encapsulation = isInUdp ? new UdpEncapsulation() : null, Lifetime = lifetime });

    private static Frame Superframe(SteppedPair pair) => new(PacketBuilder.Tcp(pair.AddressA, pair.AddressB, 1, 2).Payload(4500).Build(), Segments);

    private static SaSnapshot Sa(SteppedHost host, bool isInbound) => host.Plane.Snapshot().Associations.Single(sa => sa.IsInbound == isInbound);
}
