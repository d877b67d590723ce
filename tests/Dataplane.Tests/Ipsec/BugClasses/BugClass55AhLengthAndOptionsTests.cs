using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>AH whose length field lies, and IPv4 options that loop, run over or hide what they are.</summary>
public sealed class BugClass55AhLengthAndOptionsTests
{
    private static readonly CipherSuite Sha256 = new(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha256_128);

    [Theory]
    [InlineData(false, 20)]
    [InlineData(true, 40)]
    public void BugClass55_EveryOtherLengthField_IsRefused(bool isV6, int ahAt)
    {
        using var pair = new SteppedPair(suite: Sha256, protocol: SaProtocol.Ah, isV6: isV6);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(1200).Build();
        var signed = Assert.Single(pair.A.Send(clear));
        for (var stated = 0; stated < 256; stated++)
        {
            if (stated == signed[ahAt + 1])
            {
                continue;
            }

            var forged = (byte[])signed.Clone();
            forged[ahAt + 1] = (byte)stated;
            Assert.Empty(pair.B.Receive(forged));
        }

        Assert.Equal(255, pair.B.Dropped(DropReason.Malformed) + pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal([clear], pair.B.Receive(signed));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Fact]
    public void BugClass55_OptionLengthsThatLoopOrRunOver_AreRefusedBothWays()
    {
        using var pair = new SteppedPair(suite: Sha256, protocol: SaProtocol.Ah);
        // Record route with room for one address: mutable, so its octets count as zero.
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Options(7, 7, 4, 0, 0, 0, 0).Payload(100).Build();
        var signed = Assert.Single(pair.A.Send(clear));
        foreach (var length in new byte[] { 0, 1, 9, 60, 255 })
        {
            var forged = (byte[])signed.Clone();
            forged[21] = length;
            Assert.Empty(pair.B.Receive(forged));
            var own = (byte[])clear.Clone();
            own[21] = length;
            Assert.Empty(pair.A.Send(own));
        }

        Assert.Equal(5, pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal(5, pair.A.Dropped(DropReason.Malformed));

        // What a router records on the way does not break the ICV.
        signed[22] = 8;
        signed.AsSpan(23, 4).Fill(9);
        var opened = Assert.Single(pair.B.Receive(signed));
        Assert.Equal(clear[28..], opened[28..]);
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    [Fact]
    public void BugClass55_ImmutableOption_IsCovered()
    {
        using var pair = new SteppedPair(suite: Sha256, protocol: SaProtocol.Ah);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Options(0x94, 4, 0, 0).Payload(100).Build();
        var signed = Assert.Single(pair.A.Send(clear));
        var forged = (byte[])signed.Clone();
        forged[23] ^= 1;
        Assert.Empty(pair.B.Receive(forged));
        Assert.Equal([clear], pair.B.Receive(signed));
    }

    [Theory]
    [InlineData(131)]
    [InlineData(137)]
    public void BugClass55_SourceRoute_IsNotSigned(byte option)
    {
        using var pair = new SteppedPair(suite: Sha256, protocol: SaProtocol.Ah);
        Assert.Empty(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Options(option, 7, 4, 1, 2, 3, 4).Payload(10).Build()));
        Assert.Equal(1, pair.A.Dropped(DropReason.Malformed));
    }
}
