using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Vectors;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Outside;

/// <summary>Packets that others sealed, through the inbound path: DPDK's, those of draft-mcgrew-gcm-test, and a Linux kernel's as Scapy keeps them.</summary>
public sealed class OutsidePacketTests
{
    private const string From = "192.0.2.77";
    private const string To = "192.0.2.78";
    private const string FromV6 = "2001:db8::77";
    private const string ToV6 = "2001:db8::78";

    [Fact]
    public void Dpdk_EveryEspPacket_OpensToItsInner()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var ran = 0;
        foreach (var vector in DpdkIpsecFile.Esp())
        {
            var inner = DpdkIpsecFile.Inner(vector.Name);
            Assert.True(IpPacketView.TryView(inner, out var view));
            // Ending at the inner destination, the packet loses no hop.
            Open(vector, view.Source.ToString(), view.Destination.ToString(), SaMode.Tunnel, inner);
            ran++;
        }

        Assert.True(ran >= 20, $"only {ran} packets ran");
    }

    [Fact]
    public void Dpdk_EveryAhPacket_OpensToItsInner()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = DpdkIpsecFile.Ah();
        foreach (var vector in vectors)
        {
            var packet = (byte[])vector.Octets.Clone();
            packet[8] = 64;
            vector.Icv.CopyTo(packet, 32);
            var payloadAt = 20 + ((packet[21] + 2) * 4);
            Assert.True(Ipv4View.TryView(packet, out var outer));
            var mode = packet[20] == IpProtocol.Ipv4 ? SaMode.Tunnel : SaMode.Transport;
            var model = Model(BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(24)), outer.Source, outer.Destination, mode) with
            {
                Protocol = SaProtocol.Ah,
                Suite = new CipherSuite(EncryptionAlgorithm.Null, 0, vector.Algorithm),
                Keys = new SuiteKeys(SecretBytes.Empty, new SecretBytes(vector.Key)),
            };
            using var line = new OpeningLine(model);
            var spoiled = (byte[])packet.Clone();
            spoiled[^1] ^= 1;
            Assert.Empty(line.Receive(spoiled));
            Assert.Equal(1, line.Drops[DropReason.IntegrityFailed]);
            var opened = Assert.Single(line.Receive(packet));
            Assert.Equal(packet[payloadAt..][(mode == SaMode.Tunnel ? 20 : 0)..], opened[20..]);
            Assert.Equal(0, line.Outstanding);
        }

        Assert.Equal(3, vectors.Count);
    }

    [Fact]
    public void DraftMcGrew_EveryPacket_OpensToItsPayload()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var vectors = McGrewEspFile.Read();
        foreach (var vector in vectors)
        {
            var payload = vector.Payload!;
            var nextHeader = payload[^1];
            var content = payload[..^(payload[^2] + 2)];
            if (nextHeader is IpProtocol.Ipv4 or IpProtocol.Ipv6)
            {
                Assert.True(IpPacketView.TryView(content, out var inner), vector.Name);
                Open(vector, inner.Source.ToString(), inner.Destination.ToString(), SaMode.Tunnel, inner.Octets.ToArray());
            }
            else
            {
                byte[]? expected = nextHeader == IpProtocol.NoNextHeader ? null : PacketBuilder.Ip(From, To, nextHeader).Payload(content).Build();
                Open(vector, From, To, SaMode.Transport, expected);
            }
        }

        Assert.Equal(14, vectors.Count);
    }

    [Fact]
    public void Scapy_PacketsOfALinuxKernel_OpenToPackets()
    {
        Assert.SkipUnless(VectorFolder.IsPresent, VectorFolder.SkipReason);
        var ran = 0;
        foreach (var vector in ScapyEspFile.Proven())
        {
            var isV6 = vector.Name.Contains("IPv6", StringComparison.Ordinal);
            var modes = new[] { SaMode.Tunnel, SaMode.Transport };
            // The titles do not say the mode; the trailer does, and the other mode must refuse it or hand over what it protects.
            var opened = modes.Select(mode => Receive(vector, isV6, mode)).ToList();
            Assert.True(opened.Any(packet => packet is not null), vector.Name);
            Assert.All(opened.OfType<byte[]>(), packet => Assert.True(packet[0] >> 4 != 4 || NaiveChecksum.Compute(packet.AsSpan(0, (packet[0] & 15) * 4)) == 0));
            ran++;
        }

        Assert.True(ran >= 5, $"only {ran} packets ran");
    }

    private static byte[]? Receive(EspVector vector, bool isV6, SaMode mode)
    {
        var (from, to) = isV6 ? (FromV6, ToV6) : (From, To);
        using var line = new OpeningLine(Model(vector, from, to, mode));
        var packet = PacketBuilder.Ip(from, to, IpProtocol.Esp).Payload(vector.Packet).Build();
        var spoiled = (byte[])packet.Clone();
        spoiled[^1] ^= 1;
        Assert.Empty(line.Receive(spoiled));
        Assert.Equal(1, line.Drops[DropReason.IntegrityFailed]);
        var opened = line.Receive(packet);
        Assert.DoesNotContain(DropReason.BadPadding, line.Drops.Keys);
        return opened.Count == 1 ? opened[0] : null;
    }

    private static void Open(EspVector vector, string from, string to, SaMode mode, byte[]? expected)
    {
        using var line = new OpeningLine(Model(vector, from, to, mode));
        var packet = PacketBuilder.Ip(from, to, IpProtocol.Esp).Payload(vector.Packet).Build();
        var spoiled = (byte[])packet.Clone();
        spoiled[^1] ^= 1;
        Assert.Empty(line.Receive(spoiled));
        Assert.Equal(1, line.Drops[DropReason.IntegrityFailed]);
        var opened = line.Receive(packet);
        if (expected is null)
        {
            Assert.Empty(opened);
            Assert.Equal(1, line.Drops[DropReason.Dummy]);
            return;
        }

        Assert.True(opened.Count == 1, $"{vector.Name}: {string.Join(',', line.Drops)}");
        Assert.Equal(expected, opened[0]);
        Assert.Empty(line.Receive(packet));
        Assert.Equal(0, line.Outstanding);
    }

    private static SaModel Model(EspVector vector, string from, string to, SaMode mode) =>
        Model(BinaryPrimitives.ReadUInt32BigEndian(vector.Packet), TestSa.Address(from), TestSa.Address(to), mode) with
        {
            Suite = vector.Suite,
            Keys = new SuiteKeys(new SecretBytes(vector.EncryptionKey), new SecretBytes(vector.IntegrityKey)),
            ExtendedSequenceNumbers = vector.IsExtended,
            InitialSequence = vector.Sequence - 1,
        };

    private static SaModel Model(uint spi, IpAddress from, IpAddress to, SaMode mode) => new()
    {
        Tunnel = "outside", Spi = spi, Protocol = SaProtocol.Esp, Mode = mode, Suite = CipherSuite.Default, Keys = new SuiteKeys(SecretBytes.Empty, SecretBytes.Empty), Local = to, Remote = from,
    };
}
