using IpsecDp.Ike.Messages.Signatures;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.TestKit.Packets;

namespace Control.Tests.Ike.Messages.Signatures;

public sealed class DigitalSignatureTests
{
    public static TheoryData<SignatureAlgorithm> Algorithms => [.. Enum.GetValues<SignatureAlgorithm>()];

    // RFC 7427 appendix A and RFC 8420 appendix A.
    [Theory]
    [InlineData(SignatureAlgorithm.RsaSha1, "300d06092a864886f70d0101050500")]
    [InlineData(SignatureAlgorithm.RsaSha256, "300d06092a864886f70d01010b0500")]
    [InlineData(SignatureAlgorithm.RsaSha384, "300d06092a864886f70d01010c0500")]
    [InlineData(SignatureAlgorithm.RsaSha512, "300d06092a864886f70d01010d0500")]
    [InlineData(SignatureAlgorithm.EcdsaSha1, "300906072a8648ce3d0401")]
    [InlineData(SignatureAlgorithm.EcdsaSha256, "300a06082a8648ce3d040302")]
    [InlineData(SignatureAlgorithm.EcdsaSha384, "300a06082a8648ce3d040303")]
    [InlineData(SignatureAlgorithm.EcdsaSha512, "300a06082a8648ce3d040304")]
    [InlineData(SignatureAlgorithm.Ed25519, "300506032b6570")]
    [InlineData(SignatureAlgorithm.Ed448, "300506032b6571")]
    public void Identifier_OfEachAlgorithm_IsThatOfTheRfc(SignatureAlgorithm algorithm, string hex) => Assert.Equal(Octets.FromHex(hex), SignatureAlgorithms.Identifier(algorithm));

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Signature_Written_IsReadAsItWas(SignatureAlgorithm algorithm)
    {
        var signature = DigitalSignature.Of(algorithm, Octets.Of(1, 2, 3));

        Assert.True(DigitalSignature.TryRead(signature.ToOctets().Span, out var again));
        Assert.Equal(signature, again);
        Assert.Equal(algorithm, again.Algorithm);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Identifier_AnyBitTurned_IsNoFormOfTheAlgorithm(SignatureAlgorithm algorithm)
    {
        foreach (var changed in Damage.BitChanges(SignatureAlgorithms.Identifier(algorithm).Span.ToArray()))
        {
            Assert.NotEqual(algorithm, SignatureAlgorithms.Find(changed));
        }
    }

    [Theory]
    [InlineData("00")]
    [InlineData("0f")]
    [InlineData("0f300d06092a864886f70d01010b0500")]
    [InlineData("0e300d06092a864886f70d01010b0500aa")]
    [InlineData("10300d06092a864886f70d01010b050000aa")]
    [InlineData("02300005")]
    [InlineData("043002050005")]
    [InlineData("07310506032b6570aa")]
    public void TryRead_WhatIsNoIdentifierAndSignature_IsRefused(string hex) => Assert.False(DigitalSignature.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void Pss_ParametersFromTheFramework_AreKnown()
    {
        // The framework's own writer as the oracle; it leaves the parameters of the hashes out.
        using var key = System.Security.Cryptography.RSA.Create(2048);
        foreach (var (hash, algorithm) in new[]
        {
            (System.Security.Cryptography.HashAlgorithmName.SHA256, SignatureAlgorithm.RsaPssSha256),
            (System.Security.Cryptography.HashAlgorithmName.SHA384, SignatureAlgorithm.RsaPssSha384),
            (System.Security.Cryptography.HashAlgorithmName.SHA512, SignatureAlgorithm.RsaPssSha512),
        })
        {
            var identifier = System.Security.Cryptography.X509Certificates.X509SignatureGenerator
                .CreateForRSA(key, System.Security.Cryptography.RSASignaturePadding.Pss).GetSignatureAlgorithmIdentifier(hash);
            Assert.Equal(algorithm, SignatureAlgorithms.Find(identifier));
        }
    }
}
