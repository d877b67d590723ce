using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Wire.Selectors;

public sealed class FlowKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::2")]
    public void TryRead_PortsAndTypes_AreRead(string source, string destination)
    {
        Assert.Equal((4000, 80, true), Ports(PacketBuilder.Tcp(source, destination, 4000, 80).Build()));
        Assert.Equal((4000, 53, true), Ports(PacketBuilder.Udp(source, destination, 4000, 53).Build()));
        Assert.Equal((0x0304, 0x0304, true), Ports(PacketBuilder.Icmp(source, destination, 3, 4).Build()));
        Assert.Equal((0, 0, false), Ports(PacketBuilder.Ip(source, destination, IpProtocol.Esp).Payload(20).Build()));
    }

    [Fact]
    public void TryRead_LaterFragment_ShowsNoPorts()
    {
        Assert.Equal((0, 0, false), Ports(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 4000, 53).Payload(16).Fragment(8, more: true).Build()));
        Assert.Equal((4000, 53, true), Ports(PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 4000, 53).Payload(16).Fragment(0, more: true).Build()));
    }

    [Theory]
    [InlineData(IpProtocol.Tcp, 3)]
    [InlineData(IpProtocol.Udp, 0)]
    [InlineData(IpProtocol.Icmp, 1)]
    public void TryRead_TransportHeaderCutOff_Refused(byte protocol, int payload)
    {
        Assert.True(IpPacketView.TryView(PacketBuilder.Ip("192.0.2.1", "192.0.2.2", protocol).Payload(payload).Build(), out var packet));
        Assert.False(FlowKey.TryRead(packet, out _));
    }

    [Fact]
    public void Reversed_Flow_EqualsTheAnswersKey()
    {
        var there = Key(PacketBuilder.Tcp("192.0.2.1", "192.0.2.2", 4000, 80).Build());
        var back = Key(PacketBuilder.Tcp("192.0.2.2", "192.0.2.1", 80, 4000).Build());
        Assert.Equal(back, there.Reversed());
        Assert.NotEqual(back, there);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mix_NeighbouringFlows_SpreadOverATable(int seed)
    {
        var secret = Secret(seed);
        var buckets = new int[1024];
        for (var i = 0; i < 64 * 1024; i++)
        {
            var key = new FlowKey(new((UInt128)(0x0A000000 + i % 256), IpVersion.V4), new(0x0A010001, IpVersion.V4), IpProtocol.Tcp, (ushort)(1024 + i / 256), 80, true);
            buckets[key.Mix(secret) % 1024]++;
        }

        // 64 are expected in each; eight standard deviations of a fair throw are 64.
        Assert.All(buckets, count => Assert.InRange(count, 1, 128));
    }

    [Fact]
    public void Mix_FlowsThatMeetUnderOneKey_DoNotMeetUnderOthers()
    {
        // An attacker who knew the key would choose these: one of 1024 places for all of them.
        var known = Secret(1);
        FlowKey[] chosen = [.. Enumerable.Range(0, 300_000)
            .Select(i => new FlowKey(new((UInt128)(0x0A000000 + (i / 1000)), IpVersion.V4), new(0x0A010001, IpVersion.V4), IpProtocol.Udp, (ushort)(i % 1000), 53, true))
            .Where(flow => flow.Mix(known) % 1024 == 7)
            .Take(256)];
        Assert.Equal(256, chosen.Length);
        for (var seed = 2; seed < 12; seed++)
        {
            var secret = Secret(seed);
            Assert.InRange(chosen.Select(flow => flow.Mix(secret) % 1024).Distinct().Count(), 180, 256);
        }
    }

    private static FlowMixKey Secret(int seed)
    {
        var octets = new byte[FlowMixKey.Length];
        new Random(seed).NextBytes(octets);
        return FlowMixKey.Read(octets);
    }

    private static (ushort Source, ushort Destination, bool Has) Ports(byte[] packet)
    {
        var key = Key(packet);
        return (key.SourcePort, key.DestinationPort, key.HasPorts);
    }

    private static FlowKey Key(byte[] packet)
    {
        Assert.True(IpPacketView.TryView(packet, out var view));
        Assert.True(FlowKey.TryRead(view, out var key));
        return key;
    }
}
