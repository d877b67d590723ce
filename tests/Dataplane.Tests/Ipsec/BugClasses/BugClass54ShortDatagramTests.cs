using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>ESP and AH shorter than their header, IV and ICV; also under UDP.</summary>
public sealed class BugClass54ShortDatagramTests
{
    private const int MinimumGcm = 8 + 8 + 4 + 16;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BugClass54_EveryShortEsp_IsMalformed(bool isV6)
    {
        using var pair = new SteppedPair(isV6: isV6);
        byte[] header = [0, 0, 0x10, 1, 0, 0, 0, 1, .. new byte[64]];
        for (var length = 0; length < MinimumGcm; length++)
        {
            Assert.Empty(pair.B.Receive(PacketBuilder.Ip(pair.AddressA, pair.AddressB, IpProtocol.Esp).Payload(header.AsSpan(0, length)).Build()));
        }

        Assert.Equal(MinimumGcm, pair.B.Dropped(DropReason.Malformed));
        // From the shortest possible on it is the ICV that is wrong.
        Assert.Empty(pair.B.Receive(PacketBuilder.Ip(pair.AddressA, pair.AddressB, IpProtocol.Esp).Payload(header.AsSpan(0, MinimumGcm)).Build()));
        Assert.Equal(1, pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BugClass54_EveryShortAh_IsRefused(bool isV6)
    {
        using var pair = new SteppedPair(suite: new(IpsecDp.Crypto.EncryptionAlgorithm.Null, 0, IpsecDp.Crypto.IntegrityAlgorithm.HmacSha256_128), protocol: SaProtocol.Ah, isV6: isV6);
        for (var length = 0; length <= 40; length++)
        {
            for (var stated = 0; stated <= 12; stated++)
            {
                byte[] header = [IpProtocol.Udp, (byte)stated, 0, 0, 0, 0, 0x10, 1, 0, 0, 0, 1, .. new byte[64]];
                Assert.Empty(pair.B.Receive(PacketBuilder.Ip(pair.AddressA, pair.AddressB, IpProtocol.Ah).Payload(header.AsSpan(0, length)).Build()));
            }
        }

        Assert.Equal(41 * 13, pair.B.Dropped(DropReason.Malformed) + pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal(0, pair.B.Outstanding);
        var clear = PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(8).Build();
        Assert.Equal([clear], pair.Carry(clear));
    }

    [Fact]
    public void BugClass54_ShortUnderUdp_IsKeepaliveIkeOrRefused()
    {
        using var pair = new SteppedPair(change: model => model with { Encapsulation = new UdpEncapsulation() });
        byte[] esp = [0, 0, 0x10, 1, 0, 0, 0, 1, .. new byte[40]];
        for (var length = 0; length < MinimumGcm; length++)
        {
            Assert.Empty(pair.B.Receive(Under(pair, esp[..length])));
        }

        // Three octets and fewer are neither; four zeros would be IKE, but an SPI begins here.
        Assert.Equal(MinimumGcm, pair.B.Dropped(DropReason.Malformed));
        Assert.Empty(pair.B.Receive(Under(pair, [0xFF])));
        Assert.Equal(1, pair.B.Dropped(DropReason.Keepalive));
        Assert.Empty(pair.B.Receive(Under(pair, [0, 0, 0, 0])));
        Assert.Equal(1, pair.B.Dropped(DropReason.ClearButProtected));
        Assert.Empty(pair.B.Receive(Under(pair, [0xFE])));
        Assert.Equal(MinimumGcm + 1, pair.B.Dropped(DropReason.Malformed));
        Assert.Equal(0, pair.B.Outstanding);
    }

    private static byte[] Under(SteppedPair pair, byte[] payload) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 4500, 4500).Payload(payload).Build();
}
