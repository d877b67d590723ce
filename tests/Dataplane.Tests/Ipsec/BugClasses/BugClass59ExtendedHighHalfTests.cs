using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>The high half of extended numbers guessed wrong where the low half wraps.</summary>
public sealed class BugClass59ExtendedHighHalfTests
{
    private const ulong Cycle = 1UL << 32;
    private const string From = "192.0.2.10";
    private const string To = "198.51.100.20";

    public static TheoryData<SaProtocol, int> Protocols => new() { { SaProtocol.Esp, 64 }, { SaProtocol.Esp, 4096 }, { SaProtocol.Ah, 64 } };

    [Theory]
    [MemberData(nameof(Protocols))]
    public void BugClass59_CrossingInOrder_LosesNothing(SaProtocol protocol, int window)
    {
        using var pair = Pair(protocol, window, 3 * Cycle - 10);
        var clear = Clear(pair);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal([clear], pair.Carry(clear));
        }

        Assert.Equal(3 * Cycle + 20, pair.B.Plane.Snapshot().Associations.Single(sa => sa.IsInbound).HighestSequence);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void BugClass59_CrossingReordered_LosesNothing(SaProtocol protocol, int window)
    {
        using var pair = Pair(protocol, window, 3 * Cycle - 20);
        var sent = pair.A.Send([.. Enumerable.Repeat(Clear(pair), 40)]).ToArray();
        new Random(5).Shuffle(sent);
        Assert.Equal(40, sent.Sum(packet => pair.B.Receive(packet).Count));
        Assert.Equal(0, sent.Sum(packet => pair.B.Receive(packet).Count));
        Assert.Equal(0, pair.B.Dropped(DropReason.IntegrityFailed));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void BugClass59_CrossingWithLoss_StaysInStep(SaProtocol protocol, int window)
    {
        using var pair = Pair(protocol, window, 3 * Cycle - 1000);
        for (var i = 0; i < 60; i++)
        {
            var sent = pair.A.Send([.. Enumerable.Repeat(Clear(pair), 33)]);
            Assert.Single(pair.B.Receive(sent[i % 33]));
        }

        Assert.Equal(0, pair.B.DroppedInAll);
    }

    [Fact]
    public void BugClass59_LossOfHalfTheNumbers_IsStillInStep()
    {
        using var pair = Pair(SaProtocol.Esp, 64, 3 * Cycle - 100);
        Receive(pair, 3 * Cycle - 1, true);
        Receive(pair, 3 * Cycle - 1 + (1UL << 31), true);
        Receive(pair, 3 * Cycle - 1 + (1UL << 31) + (1UL << 31) - 1, true);
        // All of 2^32 but the window: the farthest a low half can tell.
        Receive(pair, 4 * Cycle - 2 + Cycle - 64, true);
    }

    [Fact]
    public void BugClass59_LossOfAllNumbers_FailsTheIcvAndMovesNothing()
    {
        using var pair = Pair(SaProtocol.Esp, 64, 3 * Cycle - 100);
        Receive(pair, 3 * Cycle - 50, true);
        Receive(pair, 4 * Cycle + 50, false);
        Receive(pair, 5 * Cycle + 50, false);
        Assert.Equal(2, pair.B.Dropped(DropReason.IntegrityFailed));
        Receive(pair, 3 * Cycle - 49, true);
    }

    [Fact]
    public void BugClass59_OneSideExtended_RefusesFromTheFirstPacket()
    {
        using var pair = new SteppedPair(suite: new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128), change: model => model with { ExtendedSequenceNumbers = model.Local == TestSa.Address(From) });
        Assert.Empty(pair.Carry(Clear(pair)));
        Assert.Equal(1, pair.B.Dropped(DropReason.IntegrityFailed));
    }

    [Fact]
    public void BugClass59_LastExtendedNumber_StopsTheSa()
    {
        using var pair = Pair(SaProtocol.Esp, 64, ulong.MaxValue - 1);
        var clear = Clear(pair);
        Assert.Equal([clear], pair.Carry(clear));
        Assert.Empty(pair.Carry(clear));
        Assert.Equal([$"hard {TestSa.Tunnel} {SteppedPair.SpiToB}"], pair.A.Events.Told);
    }

    private static SteppedPair Pair(SaProtocol protocol, int window, ulong start) =>
        new(
            suite: protocol == SaProtocol.Ah ? new CipherSuite(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha256_128) : null,
            protocol: protocol,
            change: model => model with { ExtendedSequenceNumbers = true, ReplayWindow = window, InitialSequence = start });

    private static byte[] Clear(SteppedPair pair) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1, 2).Payload(20).Build();

    private static void Receive(SteppedPair pair, ulong number, bool isTaken)
    {
        var udp = PacketBuilder.Udp(From, To, 7, 9).Payload(20).Build()[20..];
        var model = TestSa.Model(SteppedPair.SpiToB, From, To, false) with { ExtendedSequenceNumbers = true };
        Assert.True(pair.B.Receive(HandMadeEsp.Packet(model, From, To, HandMadeEsp.WithTrailer(udp, IpProtocol.Udp), number)).Count == (isTaken ? 1 : 0), $"number {number}");
    }
}
