using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>An IV used twice under one key: after rekey, at the counter's end, with several senders; and a CBC IV that can be guessed.</summary>
public sealed class BugClass36NonceReuseTests
{
    private const int EspAt = 20;

    [Fact]
    public void BugClass36_EveryPacketOfAnSa_HasItsOwnNumberAndIv()
    {
        using var pair = new SteppedPair();
        var sealedPackets = Enumerable.Range(0, 20).SelectMany(_ => pair.A.Send([.. Enumerable.Repeat(Clear(pair), 64)])).ToList();
        Assert.Equal(20 * 64, sealedPackets.Select(Number).Distinct().Count());
        Assert.Equal(20 * 64, sealedPackets.Select(packet => Convert.ToHexString(packet.AsSpan(EspAt + 8, 8))).Distinct().Count());
    }

    [Fact]
    public void BugClass36_LastNumber_IsSealedOnceAndThenTheSaStops()
    {
        using var pair = new SteppedPair(change: model => model with { InitialSequence = uint.MaxValue - 2 });
        var sent = pair.A.Send([.. Enumerable.Repeat(Clear(pair), 5)]);
        Assert.Equal([uint.MaxValue - 1, uint.MaxValue], sent.Select(Number));
        Assert.Equal(3, pair.A.Dropped(DropReason.SequenceExhausted) + pair.A.Dropped(DropReason.LifetimeExpired));
        Assert.Equal([$"hard {TestSa.Tunnel} {SteppedPair.SpiToB}"], pair.A.Events.Told);
        Assert.Empty(pair.A.Send(Clear(pair)));
        Assert.Equal(0, pair.A.Outstanding);
    }

    [Fact]
    public void BugClass36_Rekey_ChangesTheKeyBeforeNumbersStartAgain()
    {
        using var pair = new SteppedPair();
        var before = Assert.Single(pair.A.Send(Clear(pair)));
        pair.A.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(0x1777, pair.AddressA, pair.AddressB, true)]);
        var after = Assert.Single(pair.A.Send(Clear(pair)));
        Assert.Equal(Number(before), Number(after));
        Assert.NotEqual(before[(EspAt + 16)..], after[(EspAt + 16)..]);
    }

    [Theory]
    [InlineData(EncryptionAlgorithm.AesCbc, 128, 16)]
    [InlineData(EncryptionAlgorithm.TripleDesCbc, 192, 8)]
    public void BugClass36_CbcIv_IsNeitherTheNumberNorTheLastBlock(EncryptionAlgorithm algorithm, int bits, int ivLength)
    {
        using var pair = new SteppedPair(suite: new CipherSuite(algorithm, bits, IntegrityAlgorithm.HmacSha256_128));
        var sent = pair.A.Send([.. Enumerable.Repeat(Clear(pair), 64)]);
        var ivs = sent.Select(packet => packet[(EspAt + 8)..(EspAt + 8 + ivLength)]).ToList();
        Assert.Equal(64, ivs.Select(Convert.ToHexString).Distinct().Count());
        for (var i = 1; i < sent.Count; i++)
        {
            // A counter differs from its successor in a bit or two; a block cipher's output in half of them.
            var changedBits = ivs[i].Zip(ivs[i - 1], (a, b) => System.Numerics.BitOperations.PopCount((uint)(a ^ b))).Sum();
            Assert.InRange(changedBits, ivLength, ivLength * 8);
            Assert.NotEqual(sent[i - 1][^(16 + ivLength)..^16], ivs[i]);
        }
    }

    private static byte[] Clear(SteppedPair pair) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1000, 2000).Payload(64).Build();

    private static uint Number(byte[] packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(EspAt + 4));
}
