using IpsecDp.Crypto;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>ICVs that are compared in part or accepted shorter than the suite's.</summary>
public sealed class BugClass37IcvTruncationTests
{
    public static TheoryData<string> Suites =>
    [
        "aes-128-gcm-16", "aes-128-gcm-12", "aes-128-gcm-8", "aes-256-ccm-8", "chacha20-poly1305",
        .. CipherSuite.All.Where(suite => suite is { Encryption: EncryptionAlgorithm.AesCbc, KeyBits: 128 } or { Encryption: EncryptionAlgorithm.AesGmac, KeyBits: 128 }).Select(suite => suite.Name),
    ];

    [Theory]
    [MemberData(nameof(Suites))]
    public void BugClass37_EveryBitOfTheIcv_Counts(string name)
    {
        var suite = Find(name);
        using var pair = new SteppedPair(suite: suite);
        var original = Assert.Single(pair.A.Send(Clear(pair)));
        for (var bit = 0; bit < suite.IcvLength * 8; bit++)
        {
            var forged = (byte[])original.Clone();
            forged[original.Length - suite.IcvLength + bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Empty(pair.B.Receive(forged));
        }

        Assert.Equal(suite.IcvLength * 8, pair.B.Dropped(DropReason.IntegrityFailed));
        Assert.Equal([Clear(pair)], pair.B.Receive(original));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void BugClass37_ShorterIcv_IsRefused(string name)
    {
        var suite = Find(name);
        using var pair = new SteppedPair(suite: suite);
        var original = Assert.Single(pair.A.Send(Clear(pair)));
        for (var cut = 1; cut <= suite.IcvLength; cut++)
        {
            var shortened = original[..^cut];
            (shortened[2], shortened[3]) = ((byte)(shortened.Length >> 8), (byte)shortened.Length);
            Assert.Empty(pair.B.Receive(shortened));
        }

        Assert.Equal(suite.IcvLength, pair.B.Dropped(DropReason.IntegrityFailed) + pair.B.Dropped(DropReason.Malformed));
        Assert.Equal([Clear(pair)], pair.B.Receive(original));
        Assert.Equal(0, pair.B.Outstanding);
    }

    private static CipherSuite Find(string name)
    {
        // A name this product does not know would make the test prove nothing.
        Assert.True(CipherSuite.TryParse(name, out var suite), name);
        return suite;
    }

    private static byte[] Clear(SteppedPair pair) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1000, 2000).Payload(40).Build();
}
