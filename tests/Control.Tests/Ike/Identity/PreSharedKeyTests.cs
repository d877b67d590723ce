using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Identity;

public sealed class PreSharedKeyTests
{
    private static readonly PrfTransform Prf256 = PrfTransform.Of(PrfId.HmacSha256);

    [Fact]
    public void Prove_IsTheFormulaOfRfc7296()
    {
        using var secret = new SecretBytes("secret"u8);
        var proof = new PreSharedKey(Prf256, secret).Prove("octets"u8);
        var padded = HMACSHA256.HashData("secret"u8, "Key Pad for IKEv2"u8);
        Assert.Equal(AuthenticationMethod.SharedKey, proof.Method);
        Assert.Equal(HMACSHA256.HashData(padded, "octets"u8), proof.Proof.Span.ToArray());
    }

    [Fact]
    public void Check_RightProof_IsNoneAndEveryTurnedBitIsWrong()
    {
        using var secret = new SecretBytes("secret"u8);
        var key = new PreSharedKey(Prf256, secret);
        var proof = key.Prove("octets"u8);
        Assert.Equal(AuthenticationFault.None, key.Check(proof, "octets"u8));
        Assert.Equal(AuthenticationFault.WrongProof, key.Check(proof, "octetS"u8));
        for (var bit = 0; bit < proof.Proof.Length * 8; bit++)
        {
            var turned = proof.Proof.Span.ToArray();
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(AuthenticationFault.WrongProof, key.Check(new(AuthenticationMethod.SharedKey, new(turned)), "octets"u8));
        }
    }

    [Fact]
    public void Check_CutLongerOrEmptyProof_IsWrong()
    {
        using var secret = new SecretBytes("secret"u8);
        var key = new PreSharedKey(Prf256, secret);
        var proof = key.Prove("octets"u8).Proof.Span.ToArray();
        Assert.Equal(AuthenticationFault.WrongProof, key.Check(new(AuthenticationMethod.SharedKey, new(proof.AsSpan(..^1))), "octets"u8));
        Assert.Equal(AuthenticationFault.WrongProof, key.Check(new(AuthenticationMethod.SharedKey, new((byte[])[.. proof, 0])), "octets"u8));
        Assert.Equal(AuthenticationFault.WrongProof, key.Check(new(AuthenticationMethod.SharedKey, default), "octets"u8));
    }

    [Theory]
    [InlineData(AuthenticationMethod.RsaSignature)]
    [InlineData(AuthenticationMethod.DigitalSignature)]
    [InlineData(AuthenticationMethod.Null)]
    [InlineData((AuthenticationMethod)0)]
    public void BugClass43_AnotherMethodWithTheRightOctets_IsRefused(AuthenticationMethod method)
    {
        using var secret = new SecretBytes("secret"u8);
        var key = new PreSharedKey(Prf256, secret);
        Assert.Equal(AuthenticationFault.OtherMethod, key.Check(new(method, key.Prove("octets"u8).Proof), "octets"u8));
    }

    [Fact]
    public void Prove_OtherSecretOrFunction_IsOther()
    {
        using var secret = new SecretBytes("secret"u8);
        using var other = new SecretBytes("secreT"u8);
        var proof = new PreSharedKey(Prf256, secret).Prove("octets"u8);
        Assert.Equal(AuthenticationFault.WrongProof, new PreSharedKey(Prf256, other).Check(proof, "octets"u8));
        Assert.Equal(AuthenticationFault.WrongProof, new PreSharedKey(PrfTransform.Of(PrfId.AesXcbc), secret).Check(proof, "octets"u8));
    }
}
