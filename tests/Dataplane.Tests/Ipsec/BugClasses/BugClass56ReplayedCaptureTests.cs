using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>A window that is checked and never advanced: everything captured can be sent again.</summary>
public sealed class BugClass56ReplayedCaptureTests
{
    [Theory]
    [InlineData(SaProtocol.Esp, false)]
    [InlineData(SaProtocol.Esp, true)]
    [InlineData(SaProtocol.Ah, false)]
    public void BugClass56_EveryCapturedPacketSentAgain_IsReplayed(SaProtocol protocol, bool isExtended)
    {
        var suite = protocol == SaProtocol.Ah ? new IpsecDp.Crypto.CipherSuite(IpsecDp.Crypto.EncryptionAlgorithm.Null, 0, IpsecDp.Crypto.IntegrityAlgorithm.HmacSha256_128) : null;
        using var pair = new SteppedPair(suite: suite, protocol: protocol, change: model => model with { ExtendedSequenceNumbers = isExtended, ReplayWindow = 64 });
        var capture = new List<byte[]>();
        for (var i = 0; i < 10; i++)
        {
            capture.AddRange(pair.A.Send([.. Enumerable.Range(0, 32).Select(_ => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build())]));
        }

        Assert.Equal(320, capture.Chunk(32).Sum(batch => pair.B.Receive(batch).Count));
        Assert.Equal(0, capture.Chunk(32).Sum(batch => pair.B.Receive(batch).Count));
        Assert.Equal(320, pair.B.Dropped(DropReason.Replayed));

        // Twice in one batch: both pass the look at admission, one is delivered.
        var twice = Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build()));
        Assert.Single(pair.B.Receive(twice, twice, twice));
        Assert.Equal(322, pair.B.Dropped(DropReason.Replayed));
        Assert.Equal(322, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).Replayed);
        Assert.Equal(0, pair.B.Outstanding);
    }

    [Fact]
    public void BugClass56_WindowOff_AcceptsAgain()
    {
        using var pair = new SteppedPair(change: model => model with { ReplayWindow = 0 });
        var packet = Assert.Single(pair.A.Send(PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build()));
        Assert.Equal(3, pair.B.Receive(packet, packet, packet).Count);
    }
}
