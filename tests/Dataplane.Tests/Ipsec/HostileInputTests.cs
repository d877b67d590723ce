using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;

namespace Dataplane.Tests.Ipsec;

/// <summary>One packet of each kind: every truncation and every single-bit change is refused under a name, or lies in a field that nothing authenticates and changes nothing else.</summary>
public sealed class HostileInputTests
{
    public enum Kind
    {
        Esp,
        EspUnderUdp,
        Ah,
        Bundle,
    }

    public static TheoryData<Kind, SaMode, bool> Kinds()
    {
        var data = new TheoryData<Kind, SaMode, bool>();
        foreach (var kind in Enum.GetValues<Kind>())
        {
            foreach (var mode in Enum.GetValues<SaMode>())
            {
                data.Add(kind, mode, false);
                data.Add(kind, mode, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Truncation_OfEveryLength_IsRefusedAndCounted(Kind kind, SaMode mode, bool isV6)
    {
        using var pair = Make(kind, mode, isV6);
        var clear = Clear(pair);
        var sent = Assert.Single(pair.A.Send(clear));
        foreach (var cut in Damage.Truncations(sent))
        {
            Assert.Empty(pair.B.Receive(cut));
            // The same octets under an honest length, so that the layers behind the IP header see them.
            if (cut.Length >= (isV6 ? 40 : 20))
            {
                Assert.Empty(pair.B.Receive(WithLength(cut, isV6)));
            }
        }

        Assert.Equal(sent.Length + (sent.Length - (isV6 ? 40 : 20)), pair.B.DroppedInAll);
        Assert.Equal(0, pair.B.Outstanding);
        Assert.Equal([clear], pair.B.Receive(sent));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BitChange_Anywhere_IsRefusedOrHarmless(Kind kind, SaMode mode, bool isV6)
    {
        using var pair = Make(kind, mode, isV6);
        var clear = Clear(pair);
        var bits = Assert.Single(pair.A.Send(clear)).Length * 8;
        for (var bit = 0; bit < bits; bit++)
        {
            var changed = pair.A.Send(clear)[0];
            Assert.Equal(bits, changed.Length * 8);
            var dropped = pair.B.DroppedInAll;
            changed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            var arrived = pair.B.Receive(changed);
            if (!IsUnauthenticated(kind, isV6, bit))
            {
                Assert.True(arrived.Count == 0, $"bit {bit} was delivered");
                if (!IsFragmentBit(isV6, bit))
                {
                    Assert.True(pair.B.DroppedInAll == dropped + 1, $"bit {bit} has no name");
                }

                continue;
            }

            Assert.True(arrived.Count == 1, $"bit {bit} was refused: {string.Join(',', pair.B.Plane.Snapshot().Drops)}");
            RequireHarmless(clear, arrived[0], mode, isV6, bit);
        }

        // A bit that makes a packet a fragment waits for the rest, and not for ever.
        pair.B.Clock.Advance(TimeSpan.FromSeconds(31));
        pair.B.Tick();
        Assert.Equal(0, pair.A.Outstanding + pair.B.Outstanding);
    }

    // What no ICV covers: fields a router may change, the IPv4 identification and reserved bit for ESP, and the UDP header but for its destination port and length.
    private static bool IsUnauthenticated(Kind kind, bool isV6, int bit)
    {
        var at = bit / 8;
        var isAuthenticated = kind is Kind.Ah or Kind.Bundle;
        if (kind == Kind.EspUnderUdp && at >= (isV6 ? 40 : 20) && at < (isV6 ? 48 : 28))
        {
            // Of the length only what names octets that are not there or cuts some off is refused: every single bit does.
            return (at - (isV6 ? 40 : 20)) is 0 or 1 or 6 or 7;
        }

        if (isV6)
        {
            return bit is >= 4 and < 32 || at == 7;
        }

        // DSCP, ECN; reserved bit and DF; TTL; checksum. The outer ECN of the sender is Not-ECT, and one bit alone is no congestion.
        return at is 1 or 8 or 10 or 11 || bit is 48 or 49 || (!isAuthenticated && at is 4 or 5 && !isAuthenticated);
    }

    private static bool IsFragmentBit(bool isV6, int bit) => !isV6 && bit is >= 50 and < 64;

    private static void RequireHarmless(byte[] clear, byte[] arrived, SaMode mode, bool isV6, int bit)
    {
        if (mode == SaMode.Tunnel)
        {
            Assert.Equal(clear, arrived);
            return;
        }

        // In transport mode the header that came is the header that is delivered; an IPv4 checksum is computed afresh.
        var expected = (byte[])clear.Clone();
        var header = isV6 ? 40 : 20;
        if (bit / 8 < header && (isV6 || bit / 8 is not (10 or 11)))
        {
            expected[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        }

        if (!isV6)
        {
            (expected[10], expected[11]) = (0, 0);
            var checksum = NaiveChecksum.Compute(expected.AsSpan(0, 20));
            (expected[10], expected[11]) = ((byte)(checksum >> 8), (byte)checksum);
        }

        Assert.Equal(expected, arrived);
    }

    private static SteppedPair Make(Kind kind, SaMode mode, bool isV6) => kind switch
    {
        Kind.Esp => new SteppedPair(mode, isV6: isV6),
        Kind.EspUnderUdp => new SteppedPair(mode, isV6: isV6, change: model => model with { Encapsulation = new UdpEncapsulation() }),
        Kind.Ah => new SteppedPair(mode, new CipherSuite(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha256_128), SaProtocol.Ah, isV6),
        _ => SteppedPair.Bundle(mode, isV6: isV6),
    };

    private static byte[] Clear(SteppedPair pair) => PacketBuilder.Udp(pair.AddressA, pair.AddressB, 1000, 2000).Payload(40).Build();

    private static byte[] WithLength(byte[] cut, bool isV6)
    {
        var copy = (byte[])cut.Clone();
        var (at, length) = isV6 ? (4, cut.Length - 40) : (2, cut.Length);
        (copy[at], copy[at + 1]) = ((byte)(length >> 8), (byte)length);
        return copy;
    }
}
