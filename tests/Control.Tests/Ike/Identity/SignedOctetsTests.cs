using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Identity;

public sealed class SignedOctetsTests
{
    private static readonly PrfTransform Prf256 = PrfTransform.Of(PrfId.HmacSha256);

    [Fact]
    public void Of_EveryPart_StandsWhereRfc7296AndRfc9242Say()
    {
        using var key = new SecretBytes([1, 2, 3]);
        var octets = SignedOctets.Of(Prf256, key, "message"u8, "nonce"u8, IkeId.OfHost("a.b"), "intauth"u8);
        byte[] identity = [2, 0, 0, 0, (byte)'a', (byte)'.', (byte)'b'];
        byte[] expected = [.. "messagenonce"u8, .. HMACSHA256.HashData((byte[])[1, 2, 3], identity), .. "intauth"u8];
        Assert.Equal(expected, octets);
    }

    [Fact]
    public void Of_BodyAsItArrived_CoversItsReservedOctets()
    {
        using var key = new SecretBytes([1, 2, 3]);
        byte[] sent = [2, 0, 0, 0, (byte)'a'];
        byte[] reserved = [2, 0, 9, 0, (byte)'a'];
        Assert.Equal(SignedOctets.Of(Prf256, key, "m"u8, "n"u8, IkeId.OfHost("a")), SignedOctets.Of(Prf256, key, "m"u8, "n"u8, sent, []));
        Assert.NotEqual(SignedOctets.Of(Prf256, key, "m"u8, "n"u8, sent, []), SignedOctets.Of(Prf256, key, "m"u8, "n"u8, reserved, []));
    }

    [Fact]
    public void Of_MixedProofKey_GivesOther()
    {
        // RFC 8784 §3: AUTH with a PPK and NO_PPK_AUTH differ in the key alone.
        using var plain = new SecretBytes([1, 2, 3]);
        using var mixed = new SecretBytes([1, 2, 4]);
        Assert.NotEqual(SignedOctets.Of(Prf256, plain, "m"u8, "n"u8, IkeId.OfHost("a")), SignedOctets.Of(Prf256, mixed, "m"u8, "n"u8, IkeId.OfHost("a")));
    }
}
