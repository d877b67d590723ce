using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Vectors;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Outside;

/// <summary>Captures of other stacks whose keys are known, packet for packet, against a decryption that knows nothing of the product.</summary>
public sealed class OutsideCaptureTests
{
    private const string Wiki = "wireshark-wiki/ipsec_esp_capture_";

    [Fact]
    public void WiresharkWiki_TransportModeOfBothVersions_OpensEveryPacket()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var packets = CaptureReader.ReadIpPackets(VectorFolder.Published(Wiki + "1/capture.pcap"));
        var models = WiresharkSaFile.Read(VectorFolder.Published(Wiki + "1/esp_sa"), SaMode.Transport);
        Assert.Equal(12, models.Count);
        Assert.Equal(120, models.Sum(model => OpenAll(model, packets)));
    }

    [Fact]
    public void WiresharkWiki_NestedTunnel_OpensEveryOuterLayer()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var packets = CaptureReader.ReadIpPackets(VectorFolder.Published(Wiki + "2/capture.pcap"));
        var spi = BinaryPrimitives.ReadUInt32BigEndian(packets.First(packet => packet[9] == IpProtocol.Esp).AsSpan(20));
        var model = Assert.Single(WiresharkSaFile.Read(VectorFolder.Published(Wiki + "2/esp_sa"), SaMode.Tunnel, spi));
        using var line = new OpeningLine(model);
        var ran = 0;
        foreach (var packet in packets.Where(packet => IsOf(packet, model)))
        {
            // Inside is DES, which the product does not open: the layer around it must have been right to see that.
            Assert.Empty(line.Receive(packet));
            ran++;
        }

        Assert.True(ran >= 100, $"only {ran} packets ran");
        Assert.Equal(ran, line.Drops[DropReason.UnknownSpi]);
        Assert.Equal([DropReason.UnknownSpi], line.Drops.Keys);
        Assert.Equal((ran, 0), (line.Sa.Counters.Packets, line.Outstanding));
    }

    [Fact]
    public void Wireshark_Bug12671_OpensEveryPacket()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var unpacked = Path.GetTempFileName();
        try
        {
            using (var packed = new GZipStream(File.OpenRead(VectorFolder.Published("wireshark/captures/esp-bug-12671.pcapng.gz")), CompressionMode.Decompress))
            using (var file = File.Create(unpacked))
            {
                packed.CopyTo(file);
            }

            var packets = CaptureReader.ReadIpPackets(unpacked);
            var models = WiresharkSaFile.Read(VectorFolder.Published("wireshark/config/esp_sa.tmpl"), SaMode.Tunnel);
            Assert.Equal(6, models.Sum(model => OpenAll(model, packets)));
        }
        finally
        {
            File.Delete(unpacked);
        }
    }

    private static int OpenAll(SaModel model, IReadOnlyList<byte[]> packets)
    {
        using var line = new OpeningLine(model);
        var ran = 0;
        foreach (var packet in packets.Where(packet => IsOf(packet, model)))
        {
            var spoiled = (byte[])packet.Clone();
            Assert.True(IpPacketView.TryView(spoiled, out var view));
            spoiled[view.Octets.Length - 1] ^= 1;
            Assert.Empty(line.Receive(spoiled));
            var opened = line.Receive(packet);
            Assert.True(opened.Count == 1, $"SPI {model.Spi}, packet {ran}: {string.Join(',', line.Drops)}");
            Assert.Equal(Decrypt(view.Payload.ToArray(), model), Payload(opened[0]));
            ran++;
        }

        Assert.True(ran > 0, $"SPI {model.Spi} has no packet");
        Assert.Equal(ran, line.Drops[DropReason.IntegrityFailed]);
        Assert.Single(line.Drops);
        Assert.Equal(0, line.Outstanding);
        return ran;
    }

    private static bool IsOf(byte[] packet, SaModel model) =>
        IpPacketView.TryView(packet, out var view) && view.Protocol == IpProtocol.Esp && view.Destination == model.Local && view.Source == model.Remote
        && BinaryPrimitives.ReadUInt32BigEndian(view.Payload) == model.Spi;

    // Behind the header whose hop limit and checksum opening may change.
    private static byte[] Payload(byte[] packet) => packet[(packet[0] >> 4 == 6 ? 40 : 20)..];

    private static byte[] Decrypt(byte[] esp, SaModel model)
    {
        var sealedPayload = esp[8..^12];
        var key = model.Keys.Encryption.Reveal().ToArray();
        using SymmetricAlgorithm? cipher = model.Suite.Encryption switch { EncryptionAlgorithm.AesCbc => Aes.Create(), EncryptionAlgorithm.TripleDesCbc => TripleDES.Create(), _ => null };
        var block = cipher?.BlockSize / 8 ?? 0;
        if (cipher is not null)
        {
            cipher.Key = key;
            sealedPayload = cipher.DecryptCbc(sealedPayload.AsSpan(block), sealedPayload.AsSpan(0, block), PaddingMode.None);
        }

        var content = sealedPayload[..^(sealedPayload[^2] + 2)];
        if (model.Mode == SaMode.Transport)
        {
            return content;
        }

        var length = (content[2] << 8) | content[3];
        return content[20..length];
    }
}
