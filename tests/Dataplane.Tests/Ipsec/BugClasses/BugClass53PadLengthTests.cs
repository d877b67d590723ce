using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>An authentic packet whose trailer claims more padding than there is payload.</summary>
public sealed class BugClass53PadLengthTests
{
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    public static TheoryData<string, SaMode> Suites()
    {
        var data = new TheoryData<string, SaMode>();
        foreach (var suite in new[] { CipherSuite.Default, new(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha256_128), new(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha1_96) })
        {
            data.Add(suite.Name, SaMode.Transport);
            data.Add(suite.Name, SaMode.Tunnel);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void BugClass53_PadLengthBeyondPayload_IsRefusedAndCounted(string name, SaMode mode)
    {
        Assert.True(CipherSuite.TryParse(name, out var suite));
        using var pair = new SteppedPair(mode, suite);
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false, mode, suite);
        var next = mode == SaMode.Tunnel ? IpProtocol.Ipv4 : IpProtocol.Udp;
        var sequence = 0UL;
        foreach (var length in new[] { 16, 32, 48, 208 })
        {
            foreach (var pad in Enumerable.Range(length - 1, 256 - length + 1))
            {
                var payload = new byte[length];
                (payload[^2], payload[^1]) = ((byte)pad, next);
                Assert.Empty(pair.B.Receive(HandMadeEsp.Packet(model, From, To, payload, ++sequence)));
            }
        }

        Assert.Equal((long)sequence, pair.B.Dropped(DropReason.BadPadding));
        // The twin: the same octets with a pad length that fits.
        var inner = mode == SaMode.Tunnel ? PacketBuilder.Udp(From, To, 7, 9).Payload(20).Build() : PacketBuilder.Udp(From, To, 7, 9).Payload(20).Build()[20..];
        Assert.Single(pair.B.Receive(HandMadeEsp.Packet(model, From, To, HandMadeEsp.WithTrailer(inner, next, suite.Alignment), ++sequence)));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Fact]
    public void BugClass53_PaddingOfOtherOctets_IsRefused()
    {
        using var pair = new SteppedPair();
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false);
        var udp = PacketBuilder.Udp(From, To, 7, 9).Payload(22).Build()[20..];
        Assert.Empty(pair.B.Receive(HandMadeEsp.Packet(model, From, To, [.. udp, 1, 2, 3, 9, 4, IpProtocol.Udp], 1)));
        Assert.Equal(1, pair.B.Dropped(DropReason.BadPadding));
        Assert.Single(pair.B.Receive(HandMadeEsp.Packet(model, From, To, [.. udp, 1, 2, 3, 4, 4, IpProtocol.Udp], 2)));
    }

    [Fact]
    public void BugClass53_PaddingOf255_IsTaken()
    {
        using var pair = new SteppedPair();
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false);
        var packet = PacketBuilder.Udp(From, To, 7, 9).Payload(19).Build();
        byte[] payload = [.. packet[20..], .. Enumerable.Range(1, 255).Select(i => (byte)i), 255, IpProtocol.Udp];
        Assert.Equal(0, payload.Length % 4);
        var opened = Assert.Single(pair.B.Receive(HandMadeEsp.Packet(model, From, To, payload, 1)));
        Assert.Equal(packet[20..], opened[20..]);
    }

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void BugClass53_EmptyPayload_IsNoPacketInTunnelMode(SaMode mode)
    {
        using var pair = new SteppedPair(mode);
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false, mode);
        var next = mode == SaMode.Tunnel ? IpProtocol.Ipv4 : IpProtocol.Udp;
        Assert.Empty(pair.B.Receive(HandMadeEsp.Packet(model, From, To, HandMadeEsp.WithTrailer([], next), 1)));
        Assert.Equal(1, pair.B.Dropped(DropReason.BadInnerPacket));
        Assert.Equal(0, pair.B.Outstanding);
    }
}
