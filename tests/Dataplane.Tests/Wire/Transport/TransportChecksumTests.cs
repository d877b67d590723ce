using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

public sealed class TransportChecksumTests
{
    [Theory]
    [MemberData(nameof(Builders))]
    public void TryUpdate_WrongChecksum_IsMended(string name, byte[] right, byte[] wrong)
    {
        Assert.NotEqual(right, wrong);
        Assert.True(IpPacketView.TryView(wrong, out var view), name);
        Assert.True(TransportChecksum.TryUpdate(view));
        Assert.Equal(right, wrong);
    }

    [Fact]
    public void TryUpdate_FragmentOrForeignProtocol_IsLeftAlone()
    {
        foreach (var packet in new[]
        {
            PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(16).Fragment(0, more: true).WrongChecksum().Build(),
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Esp).Payload(40).Build(),
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Tcp).Payload(19).Build(),
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Icmpv6).Payload(40).Build(),
        })
        {
            var before = (byte[])packet.Clone();
            Assert.True(IpPacketView.TryView(packet, out var view));
            Assert.False(TransportChecksum.TryUpdate(view));
            Assert.Equal(before, packet);
        }
    }

    public static TheoryData<string, byte[], byte[]> Builders()
    {
        var data = new TheoryData<string, byte[], byte[]>();
        Add("udp", () => PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(33));
        Add("tcp", () => PacketBuilder.Tcp("2001:db8::1", "2001:db8::2", 1, 2).Payload(33));
        Add("icmp", () => PacketBuilder.Icmp("192.0.2.1", "192.0.2.2", 8, 0).Payload(33));
        Add("icmpv6", () => PacketBuilder.Icmp("2001:db8::1", "2001:db8::2", 128, 0).Payload(33));
        Add("routing", () => PacketBuilder.Tcp("2001:db8::1", "2001:db8::2", 1, 2).FinalDestination("2001:db8::9")
            .Extension(IpProtocol.Routing, [2, 1, 0, 0, 0, 0, .. System.Net.IPAddress.Parse("2001:db8::9").GetAddressBytes()]).Payload(7));
        return data;

        void Add(string name, Func<PacketBuilder> packet) => data.Add(name, packet().Build(), packet().WrongChecksum().Build());
    }
}
