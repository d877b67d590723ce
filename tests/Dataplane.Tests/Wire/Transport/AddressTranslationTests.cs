using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire.Transport;

/// <summary>The mended checksum is the one a host would compute afresh, and a wrong one stays as wrong as it was.</summary>
public sealed class AddressTranslationTests
{
    [Theory]
    [InlineData(IpProtocol.Tcp, false)]
    [InlineData(IpProtocol.Tcp, true)]
    [InlineData(IpProtocol.Udp, false)]
    [InlineData(IpProtocol.Udp, true)]
    [InlineData(IpProtocol.Icmpv6, true)]
    public void Mend_RandomAddressesAndPayloads_IsTheChecksumOfTheNewAddresses(byte protocol, bool isV6)
    {
        var random = new Random(protocol);
        for (var round = 0; round < 3000; round++)
        {
            var (source, destination, newSource, newDestination) = (Address(random, isV6), Address(random, isV6), Address(random, isV6), Address(random, isV6));
            var payload = new byte[random.Next(0, 40)];
            random.NextBytes(payload);
            var packet = Build(protocol, source, destination, payload);
            var right = Build(protocol, newSource, newDestination, payload);
            var mended = Move(packet, right);
            Assert.True(IpPacketView.TryView(mended, out var view));
            Assert.True(Translation(source, destination, newSource, newDestination).Mend(view));
            Assert.Equal(right, mended);

            // The twin: a payload changed under the checksum is as wrong afterwards.
            var spoiled = Move(packet, right);
            spoiled[^1] ^= 0x10;
            Assert.True(IpPacketView.TryView(spoiled, out view) && Translation(source, destination, newSource, newDestination).Mend(view));
            Assert.NotEqual(NaiveChecksum.Transport(view.Source, view.Destination, protocol, view.Payload), Checksum(view, protocol));
        }
    }

    [Fact]
    public void Mend_UdpWithoutChecksum_StaysWithout()
    {
        var packet = Build(IpProtocol.Udp, "192.0.2.1", "192.0.2.2", [1, 2, 3]);
        (packet[26], packet[27]) = (0, 0);
        Assert.True(IpPacketView.TryView(packet, out var view) && Translation("10.0.0.1", "192.0.2.2", "192.0.2.1", "192.0.2.2").Mend(view));
        Assert.Equal(0, packet[26] | packet[27]);
    }

    [Fact]
    public void Mend_UdpWhoseChecksumBecomesZero_IsSentAsAllOnes()
    {
        // Words of the payload are chosen so that the sum under the new addresses is all ones.
        for (var word = 0; word <= ushort.MaxValue; word++)
        {
            var right = Build(IpProtocol.Udp, "192.0.2.1", "192.0.2.2", [(byte)(word >> 8), (byte)word]);
            if (right[26] != 0xFF || right[27] != 0xFF)
            {
                continue;
            }

            var mended = Move(Build(IpProtocol.Udp, "10.0.0.1", "192.0.2.2", [(byte)(word >> 8), (byte)word]), right);
            Assert.True(IpPacketView.TryView(mended, out var view) && Translation("10.0.0.1", "192.0.2.2", "192.0.2.1", "192.0.2.2").Mend(view));
            Assert.Equal(right, mended);
            return;
        }

        Assert.Fail("no payload gives this checksum");
    }

    [Fact]
    public void Mend_FragmentsOtherProtocolsAndCutHeaders_AreLeftAlone()
    {
        byte[][] packets =
        [
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Esp).Payload(40).Build(),
            PacketBuilder.Icmp("192.0.2.1", "192.0.2.2", 8, 0).Payload(8).Build(),
            PacketBuilder.Udp("192.0.2.1", "192.0.2.2", 1, 2).Payload(16).Fragment(0, more: true).Build(),
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Tcp).Payload(17).Build(),
            PacketBuilder.Ip("192.0.2.1", "192.0.2.2", IpProtocol.Udp).Payload(7).Build(),
        ];
        foreach (var packet in packets)
        {
            byte[] before = [.. packet];
            Assert.True(IpPacketView.TryView(packet, out var view));
            Assert.False(Translation("10.0.0.1", "192.0.2.2", "192.0.2.1", "192.0.2.2").Mend(view));
            Assert.Equal(before, packet);
        }
    }

    private static byte[] Build(byte protocol, string source, string destination, byte[] payload) => (protocol switch
    {
        IpProtocol.Tcp => PacketBuilder.Tcp(source, destination, 4000, 80),
        IpProtocol.Udp => PacketBuilder.Udp(source, destination, 4000, 53),
        _ => PacketBuilder.Icmp(source, destination, 128, 0, 7),
    }).Payload(payload).Build();

    // As a NAT leaves it: the new header before the old transport octets.
    private static byte[] Move(byte[] packet, byte[] header) => packet[0] >> 4 == 4 ? [.. header[..20], .. packet[20..]] : [.. header[..40], .. packet[40..]];

    private static AddressTranslation Translation(string source, string destination, string newSource, string newDestination) => new(Parse(source), Parse(destination), Parse(newSource), Parse(newDestination));

    private static ushort Checksum(in IpPacketView view, byte protocol)
    {
        var at = protocol switch { IpProtocol.Tcp => 16, IpProtocol.Udp => 6, _ => 2 };
        return (ushort)(view.Payload[at] << 8 | view.Payload[at + 1]);
    }

    private static string Address(Random random, bool isV6)
    {
        var octets = new byte[isV6 ? 16 : 4];
        random.NextBytes(octets);
        octets[0] = isV6 ? (byte)0x20 : (byte)(1 + random.Next(200));
        return new System.Net.IPAddress(octets).ToString();
    }

    private static IpAddress Parse(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
