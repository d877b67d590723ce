using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Vectors;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Ipsec;
using IpsecDp.Wire.Print;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Wire;

/// <summary>Packets that others captured, taken apart.</summary>
public sealed class CaptureTests
{
    [Theory]
    [InlineData("tcpdump/02-sunrise-sunset-esp.pcap", IpProtocol.Esp)]
    [InlineData("tcpdump/08-sunrise-sunset-aes.pcap", IpProtocol.Esp)]
    [InlineData("tcpdump/OSPFv3_with_AH.pcap", IpProtocol.Ah)]
    [InlineData("tcpdump/espudp1.pcap", IpProtocol.Udp)]
    [InlineData("tcpdump/isakmp4500.pcap", IpProtocol.Udp)]
    [InlineData("arkime/wireshark-esp.pcap", IpProtocol.Esp)]
    [InlineData("ndpi/ah.pcapng", IpProtocol.Ah)]
    [InlineData("ndpi/esp.pcapng", IpProtocol.Esp)]
    [InlineData("zeek/icmp_icmp-destunreach-udp.pcap", IpProtocol.Icmp)]
    [InlineData("zeek/tunnels_4in6.pcap", IpProtocol.Ipv4)]
    [InlineData("zeek/tunnels_6in6.pcap", IpProtocol.Ipv6)]
    public void TryView_CapturedPackets_AreWholeAndCarryTheProtocol(string file, byte protocol)
    {
        var packets = Read(file);
        Assert.NotEmpty(packets);
        Assert.Contains(packets, octets => IpPacketView.TryView(octets, out var view) && view.Protocol == protocol);
        foreach (var octets in packets)
        {
            Assert.True(IpPacketView.TryView(octets, out var view), Print(octets));
            Assert.True(FlowKey.TryRead(view, out _), Print(octets));
            Assert.True(view.Version == IpVersion.V6 || view.V4.HasRightChecksum(), Print(octets));
        }
    }

    [Theory]
    [InlineData("zeek/ipv6-fragmented-dns.pcap")]
    [InlineData("zeek/ipv4_fragmented-1.pcap")]
    public void TryView_CapturedFragments_AreSeenAsFragments(string file) =>
        Assert.Contains(Read(file), octets => IpPacketView.TryView(octets, out var view) && view.IsLaterFragment);

    [Fact]
    public void Classify_CapturedPort4500_EspAndIkeAreToldApart()
    {
        Assert.All(Read("tcpdump/espudp1.pcap"), octets => Assert.Equal(UdpEncapKind.Esp, Classify(octets)));
        Assert.Contains(Read("tcpdump/isakmp4500.pcap"), octets => Classify(octets) == UdpEncapKind.Ike);
    }

    [Theory]
    [InlineData("ndpi/anyconnect-vpn.pcap", 500)]
    [InlineData("zeek/icmp_icmp6-paramprob.pcap", 1)]
    [InlineData("zeek/icmp_icmp-timeexceeded.pcap", 1)]
    [InlineData("tcpdump/eapon1.pcap", 60)]
    public void TransportChecksum_CapturedPackets_ComputesWhatTheSenderSent(string file, int atLeast)
    {
        var same = 0;
        foreach (var captured in Read(file))
        {
            var octets = (byte[])captured.Clone();
            if (!IpPacketView.TryView(octets, out var view) || IsWithoutChecksum(view) || !TransportChecksum.TryUpdate(view))
            {
                continue;
            }

            Assert.Equal(Convert.ToHexString(captured), Convert.ToHexString(octets));
            same++;
        }

        Assert.True(same >= atLeast, $"only {same} packets bear a checksum");
    }

    [Fact]
    public void Parse_EveryCaptureThereIs_NeverThrows()
    {
        SkipWithoutVectors();
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(VectorFolder.Published("tcpdump/espudp1.pcap")))!;
        var files = new[] { "*.pcap", "*.pcapng" }.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)).ToList();
        Assert.NotEmpty(files);
        foreach (var octets in files.SelectMany(CaptureReader.ReadIpPackets))
        {
            Assert.NotEmpty(Print(octets));
            if (IpPacketView.TryView(octets, out var view))
            {
                FlowKey.TryRead(view, out _);
                PacketTooBig.TryRead(view, out _, out _);
            }
        }
    }

    // RFC 768: 0 says that the sender computed none.
    private static bool IsWithoutChecksum(in IpPacketView packet) =>
        packet.Protocol == IpProtocol.Udp && UdpView.TryView(packet.Payload, out var udp) && udp.Checksum == 0;

    private static UdpEncapKind Classify(byte[] octets) =>
        IpPacketView.TryView(octets, out var view) && UdpView.TryView(view.Payload, out var udp) ? UdpEncapMarker.Classify(udp.Payload) : UdpEncapKind.TooShort;

    private static string Print(byte[] octets)
    {
        using var output = new StringWriter();
        PacketPrinter.Write(octets, output);
        return output.ToString();
    }

    private static IReadOnlyList<byte[]> Read(string file)
    {
        SkipWithoutVectors();
        return CaptureReader.ReadIpPackets(VectorFolder.Published(file));
    }

    private static void SkipWithoutVectors() => Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
}
