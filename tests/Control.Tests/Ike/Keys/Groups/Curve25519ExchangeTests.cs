using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;

namespace Control.Tests.Ike.Keys.Groups;

public sealed class Curve25519ExchangeTests
{
    private static readonly KeyExchangeMethod Method = KeyExchangeMethod.Of(KeyExchangeId.Curve25519);

    [Fact]
    public void Agree_CaseOfRfc8031_Matches()
    {
        // RFC 8031 appendix A.
        using var initiator = Begin("751fb4308655b476b6789b7325f9ea8cddd16a58533ff6d9e60009464a5f9d94");
        using var responder = Begin("0a54645253290d60ddadd0e030bacd9e5501efdc220755a1e978f1b839a05688");
        Assert.Equal("48d5ddd4061257ba166fa3f9bbdb74f1a4e81c089384fa77f790709f0dfbc766", Convert.ToHexStringLower(initiator.PublicValue.Span));
        Assert.Equal("0be7c1f5aad87d7e448662673298a443478b859745179eaf564c79c0ef6eee25", Convert.ToHexStringLower(responder.PublicValue.Span));
        Assert.Equal(KeyExchangeFault.None, initiator.Agree(responder.PublicValue.Span, out var one));
        Assert.Equal(KeyExchangeFault.None, responder.Agree(initiator.PublicValue.Span, out var two));
        Assert.Equal("c74950607a12327f3204d94b6825bfb068b7f8319a9e3708ed3d43ce8130c950", Convert.ToHexStringLower(one!.Octets()));
        Assert.Equal(one!.Octets(), two!.Octets());
    }

    [Fact]
    public void Agree_CaseOfRfc7748_Matches()
    {
        // RFC 7748 §6.1.
        using var alice = Begin("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        using var bob = Begin("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Convert.ToHexStringLower(alice.PublicValue.Span));
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Convert.ToHexStringLower(bob.PublicValue.Span));
        Assert.Equal(KeyExchangeFault.None, alice.Agree(bob.PublicValue.Span, out var shared));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Convert.ToHexStringLower(shared!.Octets()));
    }

    [Fact]
    public void BugClass30_EveryWycheproofValue_IsAnsweredAsPublished()
    {
        var (tested, zero) = (0, 0);
        foreach (var (_, test) in PublishedJson.Wycheproof("x25519_test.json"))
        {
            using var exchange = new Curve25519Exchange(Method, new GivenEntropy(test.Hex("private")));
            var fault = exchange.Agree(test.Hex("public"), out var shared);
            var expected = test.Hex("shared");
            if (expected.AsSpan().ContainsAnyExcept((byte)0))
            {
                Assert.Equal(KeyExchangeFault.None, fault);
                Assert.Equal(expected, shared!.Octets());
            }
            else
            {
                Assert.Equal(KeyExchangeFault.ZeroSecret, fault);
                Assert.Null(shared);
                zero++;
            }

            tested++;
        }

        Assert.InRange(tested, 500, int.MaxValue);
        Assert.InRange(zero, 5, tested - 1);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void BugClass30_PointOfSmallOrder_IsRefused(string point)
    {
        using var exchange = new Curve25519Exchange(Method, new SeededEntropy(1));
        Assert.Equal(KeyExchangeFault.ZeroSecret, exchange.Agree(Convert.FromHexString(point), out var secret));
        Assert.Null(secret);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(65_535)]
    public void BugClass29_ValueOfAnotherLength_IsRefusedBeforeArithmetic(int length)
    {
        using var exchange = new Curve25519Exchange(Method, new SeededEntropy(1));
        Assert.Equal(KeyExchangeFault.WrongLength, exchange.Agree(new byte[length], out _));
    }

    [Fact]
    public void BugClass30_AnyBitOfTheValueTurned_GivesAnotherSecretOnOneSide()
    {
        using var one = new Curve25519Exchange(Method, new SeededEntropy(1));
        using var two = new Curve25519Exchange(Method, new SeededEntropy(2));
        one.Agree(two.PublicValue.Span, out var right);
        var turned = two.PublicValue.ToArray();
        turned[3] ^= 4;
        one.Agree(turned, out var other);
        Assert.NotEqual(right!.Octets(), other is null ? [] : other.Octets());
    }

    private static Curve25519Exchange Begin(string hex) => new(Method, GivenEntropy.Hex(hex));
}
