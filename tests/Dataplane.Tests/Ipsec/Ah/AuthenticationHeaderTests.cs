using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.Ah;

/// <summary>AH with every algorithm, mode, family and number form; mutable fields; ESP inside AH.</summary>
public sealed class AuthenticationHeaderTests
{
    public static TheoryData<IntegrityAlgorithm, SaMode, bool, bool> Matrix()
    {
        var data = new TheoryData<IntegrityAlgorithm, SaMode, bool, bool>();
        foreach (var mac in Enum.GetValues<IntegrityAlgorithm>().Where(mac => mac != IntegrityAlgorithm.None))
        {
            foreach (var mode in Enum.GetValues<SaMode>())
            {
                foreach (var isV6 in new[] { false, true })
                {
                    data.Add(mac, mode, isV6, false);
                    data.Add(mac, mode, isV6, true);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Ah_EveryAlgorithmModeFamilyAndNumber_RoundTrips(IntegrityAlgorithm mac, SaMode mode, bool isV6, bool isExtended)
    {
        using var pair = Pair(mac, mode, isV6, isExtended);
        foreach (var length in new[] { 0, 1, 64, 1300 })
        {
            var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(length).Build();
            var sent = Assert.Single(pair.A.Send(clear));
            Assert.True(IpPacketView.TryView(sent, out var view) && view.Protocol == IpProtocol.Ah);
            // RFC 4302 §2.2: a multiple of 4 octets, of 8 under IPv6.
            Assert.Equal(0, (view.Payload[1] + 2) * 4 % (isV6 ? 8 : 4));
            Assert.Equal([clear], pair.B.Receive(sent));
            var spoiled = pair.A.Send(clear)[0];
            spoiled[^1] ^= 1;
            Assert.Empty(pair.B.Receive(spoiled));
        }

        Assert.Equal(4, pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void Ah_MutableFieldsOfIpv4_MayChangeAndOthersMayNot(SaMode mode)
    {
        using var pair = Pair(IntegrityAlgorithm.HmacSha256_128, mode, false, false);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(50).Build();
        foreach (var (at, mask, isMutable) in new[] { (1, 0xE0, true), (6, 0x40, true), (8, 0x3F, true), (10, 0xFF, true), (11, 0xFF, true), (4, 1, false), (5, 0x80, false), (22, 1, false), (23, 1, false) })
        {
            var sent = Assert.Single(pair.A.Send(clear));
            sent[at] ^= (byte)mask;
            Assert.True(pair.B.Receive(sent).Count == (isMutable ? 1 : 0), $"octet {at}");
        }

        Assert.Equal(4, pair.B.Dropped(DropReason.IntegrityFailed));
    }

    [Theory]
    [InlineData(SaMode.Transport)]
    [InlineData(SaMode.Tunnel)]
    public void Ah_MutableFieldsOfIpv6_MayChangeAndOthersMayNot(SaMode mode)
    {
        using var pair = Pair(IntegrityAlgorithm.HmacSha256_128, mode, true, false);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(50).Build();
        foreach (var (at, mask, isMutable) in new[] { (0, 0x0E, true), (1, 0x0F, true), (2, 0xFF, true), (3, 0xFF, true), (7, 0x3F, true), (40, 1, false), (42, 1, false), (43, 1, false) })
        {
            var sent = Assert.Single(pair.A.Send(clear));
            sent[at] ^= (byte)mask;
            Assert.True(pair.B.Receive(sent).Count == (isMutable ? 1 : 0), $"octet {at}");
        }
    }

    [Fact]
    public void Ah_OptionsOfIpv6_AreCoveredUnlessTheyMayChange()
    {
        using var pair = Pair(IntegrityAlgorithm.HmacSha256_128, SaMode.Transport, true, false);
        // Type 0x3E may change en route (third bit), type 0x1E may not (RFC 8200 §4.2).
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Extension(IpProtocol.HopByHop, 0x3E, 2, 7, 7, 1, 0).Extension(IpProtocol.DestinationOptions, 0x1E, 2, 7, 7, 1, 0).Payload(50).Build();
        var sent = Assert.Single(pair.A.Send(clear));
        Assert.Equal([clear], pair.B.Receive(sent));
        sent = Assert.Single(pair.A.Send(clear));
        sent[44] ^= 0xFF;
        var changed = (byte[])clear.Clone();
        changed[44] ^= 0xFF;
        Assert.Equal([changed], pair.B.Receive(sent));
        foreach (var at in new[] { 42, 43, 46 })
        {
            sent = Assert.Single(pair.A.Send(clear));
            sent[at] ^= 1;
            Assert.Empty(pair.B.Receive(sent));
        }
    }

    [Fact]
    public void Ah_ZeroIdentification_IsFilledInBeforeItIsSigned()
    {
        using var pair = Pair(IntegrityAlgorithm.HmacSha1_96, SaMode.Transport, false, false);
        var sent = Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Identification(0).Payload(50).Build()));
        Assert.NotEqual(0, (sent[4] << 8) | sent[5]);
        Assert.Single(pair.B.Receive(sent));
    }

    public static TheoryData<SaMode, SaMode, bool> Bundles => new() { { SaMode.Transport, SaMode.Transport, false }, { SaMode.Tunnel, SaMode.Transport, false }, { SaMode.Transport, SaMode.Transport, true }, { SaMode.Tunnel, SaMode.Transport, true }, { SaMode.Transport, SaMode.Tunnel, false }, { SaMode.Tunnel, SaMode.Tunnel, true } };

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Bundle_EspInsideAh_RoundTripsAndDemandsBothLayers(SaMode espMode, SaMode ahMode, bool isV6)
    {
        using var pair = SteppedPair.Bundle(espMode, isV6: isV6, ahMode: ahMode);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(333).Build();
        var sent = Assert.Single(pair.A.Send(clear));
        Assert.True(IpPacketView.TryView(sent, out var view) && view.Protocol == IpProtocol.Ah);
        Assert.Equal([clear], pair.B.Receive(sent));
        Assert.Empty(pair.B.Receive(sent));
        Assert.Equal(1, pair.B.Dropped(DropReason.Replayed));

        var spoiled = pair.A.Send(clear)[0];
        spoiled[^1] ^= 1;
        Assert.Empty(pair.B.Receive(spoiled));
        Assert.Equal(1, pair.B.Dropped(DropReason.IntegrityFailed));

        // The ESP layer alone, authentic as it is, came without the AH that policy demands.
        var model = TestSa.Model(SteppedPair.SpiToB, pair.AddressA, pair.AddressB, false, espMode);
        byte[] inner = espMode == SaMode.Tunnel ? clear : clear[(isV6 ? 40 : 20)..];
        var next = espMode == SaMode.Transport ? IpProtocol.Udp : isV6 ? IpProtocol.Ipv6 : IpProtocol.Ipv4;
        Assert.Empty(pair.B.Receive(HandMadeEsp.Packet(model, pair.AddressA, pair.AddressB, HandMadeEsp.WithTrailer(inner, next), 50)));
        Assert.Equal(1, pair.B.Dropped(DropReason.WrongProtection));
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    private static SteppedPair Pair(IntegrityAlgorithm mac, SaMode mode, bool isV6, bool isExtended) =>
        new(mode, new CipherSuite(EncryptionAlgorithm.Null, 0, mac), SaProtocol.Ah, isV6, model => model with { ExtendedSequenceNumbers = isExtended });
}
