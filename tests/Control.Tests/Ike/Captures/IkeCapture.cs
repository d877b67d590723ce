using System.Buffers.Binary;
using System.IO.Compression;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Vectors;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Ike.Captures;

/// <summary>IKE datagrams out of captures of the collection.</summary>
internal static class IkeCapture
{
    private const int IkePort = 500;
    private const int EncapPort = 4500;

    /// <summary>Captures with IKEv2 and how many of its messages tcpdump and Wireshark see in each.</summary>
    public static TheoryData<string, int> OfVersion2 => new()
    {
        { "tcpdump/ikev2four.pcap", 21 },
        { "ndpi/ah.pcapng", 4 },
        { "ndpi/esp.pcapng", 4 },
        { "wireshark/captures/ikev2-decrypt-aes128ccm12.pcap", 6 },
        { "wireshark/captures/ikev2-decrypt-aes256gcm16.pcap", 6 },
        { "wireshark/captures/ikev2-decrypt-aes256cbc.pcapng", 4 },
        { "wireshark/captures/ikev2-decrypt-3des-sha1_160.pcap", 6 },
    };

    /// <summary>Captures with IKEv1.</summary>
    public static TheoryData<string> OfVersion1 =>
    [
        "tcpdump/isakmp4500.pcap", "tcpdump/ISAKMP_sa_setup.pcap", "cisco-joy/ikev1.pcap", "arkime/IKEv1.pcap", "wireshark/captures/ikev1-bug-12620.pcapng.gz", "wireshark/captures/ikev1-certs.pcap",
        "zeek-spicy-ipsec/ipsec.cap", "zeek-spicy-ipsec/ipsec-ikev1-isakmp-main-mode.pcap", "libpcap/isakmp4500.pcap", "libreswan/replay-authip-01/weirdike-eastwest.pcap-ike.pcap",
        "libreswan/inputs/01-isakmp-vid-first.pcap", "libreswan/inputs/01-isakmp-broadcast.pcap", "suricata-verify/ikev1-duplicate-proposals_generated.pcap",
        "tcpdump/isakmp-delete-segfault.pcap", "tcpdump/isakmp-no-none-np.pcapng", "tcpdump/isakmp-pointer-loop.pcap",
        "zeek-spicy-ipsec/ipsec-ikev1-zero-length.pcap",
    ];

    /// <summary>The datagrams on the ports of IKE, without the non-ESP marker, in their order.</summary>
    public static IReadOnlyList<byte[]> Read(string relativePath)
    {
        var path = VectorFolder.Published(relativePath);
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return [.. CaptureReader.ReadIpPackets(path).Select(Payload).OfType<byte[]>()];
        }

        var plain = Path.GetTempFileName();
        try
        {
            using (var zipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            using (var file = File.Create(plain))
            {
                zipped.CopyTo(file);
            }

            return [.. CaptureReader.ReadIpPackets(plain).Select(Payload).OfType<byte[]>()];
        }
        finally
        {
            File.Delete(plain);
        }
    }

    /// <summary>The datagrams of IKEv2.</summary>
    public static IReadOnlyList<byte[]> ReadVersion2(string relativePath) =>
        [.. Read(relativePath).Where(datagram => datagram.Length >= IkeHeader.WireLength && datagram[17] >> 4 == 2)];

    private static byte[]? Payload(byte[] packet)
    {
        if (!IpPacketView.TryView(packet, out var view) || view.Protocol != IpProtocol.Udp || view.IsLaterFragment || view.Payload.Length < 8)
        {
            return null;
        }

        var udp = view.Payload;
        var (source, destination) = (BinaryPrimitives.ReadUInt16BigEndian(udp), BinaryPrimitives.ReadUInt16BigEndian(udp[2..]));
        var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(udp[4..]), udp.Length);
        if (length < 8)
        {
            return null;
        }

        var payload = udp[8..length];
        if (source == EncapPort || destination == EncapPort)
        {
            return payload.Length >= 4 && !payload[..4].ContainsAnyExcept((byte)0) ? payload[4..].ToArray() : null;
        }

        return source == IkePort || destination == IkePort ? payload.ToArray() : null;
    }
}
