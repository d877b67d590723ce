using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Superframes;

/// <summary>More than one layer where superframes travel: what UDP encapsulation refuses, and what comes out of a superframe and is one more layer.</summary>
public sealed class NestedSuperframeTests
{
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    [Theory]
    [InlineData(true, "a bundle with AH cannot pass a NAT")]
    [InlineData(false, "AH cannot pass under UDP")]
    public void Install_AhUnderOrAroundUdp_IsRefusedByName(bool isEspInUdp, string words)
    {
        using var host = new SteppedHost();
        var esp = TestSa.Model(0x1001, From, To, false, SaMode.Tunnel) with { Encapsulation = isEspInUdp ? new UdpEncapsulation() : null };
        var ah = TestSa.Model(0x1002, From, To, false, SaMode.Transport, new CipherSuite(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha256_128), SaProtocol.Ah) with { Encapsulation = isEspInUdp ? null : new UdpEncapsulation() };
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound(TestSa.Tunnel, [esp, ah])).Message, StringComparison.Ordinal);
        Assert.Equal(0, host.Plane.Associations.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void Receive_EspInsideASuperframe_IsOpenedLayerByLayerAndJudgedByItsWholeTrail(int count)
    {
        // Two tunnels one in the other are what no rule demands: each packet is opened to the end and refused for its trail.
        using var twins = new ReceivingTwins(change: model => model with { ReplayWindow = 4096 });
        var inner = TestSa.Model(0x4001, ReceivingTwins.Peer, ReceivingTwins.Own, false, SaMode.Tunnel);
        foreach (var host in new[] { twins.Whole, twins.Singly })
        {
            host.Plane.InstallInbound("other", [TestSa.Model(0x4001, ReceivingTwins.Peer, ReceivingTwins.Own, false, SaMode.Tunnel) with { Tunnel = "other" }]);
        }

        byte[][] layers = [.. Enumerable.Range(0, count).Select(i => HandMadeEsp.Packet(inner, ReceivingTwins.Peer, ReceivingTwins.Own, HandMadeEsp.WithTrailer(ReceivingTwins.Udp(i, 300), IpProtocol.Ipv4), (ulong)i + 1))];
        Assert.Empty(twins.Receive(Frame.Of([.. layers.Select((layer, i) => twins.Seal(layer, (ulong)i + 1, 600))])).Packets);
        Assert.Equal(count, twins.Dropped(DropReason.WrongProtection));
        Assert.Equal((ulong)count, twins.Whole.Plane.Snapshot().Associations.Single(sa => sa.Spi == 0x4001).HighestSequence);

        // The twin: the same packets without the second layer reach the host.
        Assert.Equal(count, twins.Receive(Frame.Of([.. Enumerable.Range(0, count).Select(i => twins.Seal(ReceivingTwins.Udp(i, 300), (ulong)(count + i + 1), 600))])).Packets.Count);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Carry_SuperframesOfEveryMixOfVersions_AreThePacketsOneByOne(bool isInnerV6, bool isOuterV6)
    {
        using var pair = SteppedPair.InUdp(isOuterV6);
        using var singly = SteppedPair.InUdp(isOuterV6);
        var (source, destination) = isInnerV6 ? ("2001:db8:1::5", "2001:db8:2::6") : ("10.1.0.5", "10.2.0.6");
        foreach (var isTcp in new[] { true, false })
        {
            var builder = isTcp ? PacketBuilder.Tcp(source, destination, 5000, 80) : PacketBuilder.Udp(source, destination, 5000, 53);
            var headerLength = (ushort)((isInnerV6 ? 40 : 20) + (isTcp ? 20 : 8));
            var frame = new Frame(builder.HopLimit(9).Payload(30_500).Build(), new IpsecDp.Ports.Buffers.Segmentation(isTcp ? IpsecDp.Ports.Buffers.SegmentKind.Tcp : IpsecDp.Ports.Buffers.SegmentKind.Udp, 1000, headerLength, IsChecksumMissing: true));
            var together = pair.CarryFrames(frame).SelectMany(one => one.Split()).ToArray();
            Assert.Equal(31, together.Length);
            Assert.Equal(frame.Split().SelectMany(packet => singly.Carry(packet)).Select(Convert.ToHexString), together.Select(Convert.ToHexString));
        }

        Assert.Equal((0, 0L), (pair.A.Outstanding + pair.B.Outstanding, pair.A.DroppedInAll + pair.B.DroppedInAll));
    }
}
