using System.Security.Cryptography;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Signatures;

namespace Control.Tests.Ike.Identity.Signatures;

public sealed class SignatureTests : IDisposable
{
    private static readonly SignatureHash[] Sha2 = [SignatureHash.Sha256, SignatureHash.Sha384, SignatureHash.Sha512];

    private readonly RSA _rsa = RSA.Create(2048);

    public void Dispose() => _rsa.Dispose();

    [Theory]
    [InlineData("nistP256", SignatureAlgorithm.EcdsaSha256, AuthenticationMethod.Ecdsa256, 64)]
    [InlineData("nistP384", SignatureAlgorithm.EcdsaSha384, AuthenticationMethod.Ecdsa384, 96)]
    [InlineData("nistP521", SignatureAlgorithm.EcdsaSha512, AuthenticationMethod.Ecdsa521, 132)]
    public void Ecdsa_NewAndOldMethod_AreCheckedAndHaveTheirForm(string curve, SignatureAlgorithm algorithm, AuthenticationMethod oldMethod, int length)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var newProof = Prove(key, SignatureRules.Default, Sha2);
        Assert.Equal((AuthenticationMethod.DigitalSignature, algorithm), (newProof.Method, newProof.Signature!.Algorithm!.Value));
        CheckBoth(key, newProof);
        var oldProof = Prove(key, SignatureRules.Default, null);
        Assert.Equal((oldMethod, length), (oldProof.Method, oldProof.Proof.Length));
        CheckBoth(key, oldProof);
    }

    [Fact]
    public void Rsa_NewAndOldMethod_AreChecked()
    {
        var pss = Prove(_rsa, SignatureRules.Default, Sha2);
        Assert.Equal(SignatureAlgorithm.RsaPssSha256, pss.Signature!.Algorithm);
        CheckBoth(_rsa, pss);
        var pkcs1 = Prove(_rsa, SignatureRules.Default with { PrefersPss = false }, [SignatureHash.Sha512]);
        Assert.Equal(SignatureAlgorithm.RsaSha512, pkcs1.Signature!.Algorithm);
        CheckBoth(_rsa, pkcs1);
        var old = Prove(_rsa, SignatureRules.Default, null);
        Assert.Equal(AuthenticationMethod.RsaSignature, old.Method);
        CheckBoth(_rsa, old);
    }

    [Fact]
    public void TryCreate_NoHashInCommon_FallsBackToTheOldMethod()
    {
        Assert.Equal(AuthenticationMethod.RsaSignature, Prove(_rsa, SignatureRules.Default, [SignatureHash.Sha1]).Method);
        Assert.Equal(AuthenticationMethod.RsaSignature, Prove(_rsa, SignatureRules.Default, []).Method);
    }

    [Fact]
    public void Check_Sha1_OnlyIfThePolicyNamesIt()
    {
        var rules = SignatureRules.Default with { Hashes = [SignatureHash.Sha1], RsaMethodHash = SignatureHash.Sha1 };
        var digital = Prove(_rsa, rules, [SignatureHash.Sha1]);
        var old = Prove(_rsa, rules, null);
        Assert.Equal(AuthenticationFault.HashNotAllowed, Check(_rsa, digital));
        Assert.Equal(AuthenticationFault.WrongProof, Check(_rsa, old));
        Assert.Equal(AuthenticationFault.None, new SignatureCheck(_rsa, rules).Check(digital, "octets"u8));
        Assert.Equal(AuthenticationFault.None, new SignatureCheck(_rsa, rules).Check(old, "octets"u8));
    }

    [Fact]
    public void BugClass42_ValidSignatureOfAnotherKey_IsRefused()
    {
        using var other = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(AuthenticationFault.WrongProof, Check(other, Prove(_rsa, SignatureRules.Default, Sha2)));
        Assert.Equal(AuthenticationFault.OtherKeyKind, Check(curve, Prove(_rsa, SignatureRules.Default, Sha2)));
        Assert.Equal(AuthenticationFault.OtherKeyKind, Check(_rsa, Prove(curve, SignatureRules.Default, Sha2)));
        Assert.Equal(AuthenticationFault.OtherKeyKind, Check(_rsa, Prove(curve, SignatureRules.Default, null)));
        Assert.Equal(AuthenticationFault.OtherMethod, Check(_rsa, new(AuthenticationMethod.SharedKey, new([1]))));
        Assert.Equal(AuthenticationFault.OtherMethod, Check(curve, new(AuthenticationMethod.Null, new([1]))));
    }

    [Fact]
    public void BugClass33_SignatureOfZeroTheModulusOrMore_IsRefusedWithoutThrowing()
    {
        var modulus = _rsa.ExportParameters(false).Modulus!;
        byte[] above = [.. modulus];
        above[^1] |= 1;
        foreach (var signature in new[] { new byte[256], modulus, [.. Enumerable.Repeat((byte)255, 256)], [0], [.. new byte[257]], [.. modulus[..255]] })
        {
            Assert.Equal(AuthenticationFault.WrongProof, Check(_rsa, new(AuthenticationMethod.RsaSignature, new(signature))));
            Assert.Equal(AuthenticationFault.WrongProof, Check(_rsa, AuthenticationPayload.Of(DigitalSignature.Of(SignatureAlgorithm.RsaPssSha256, new(signature)))));
        }
    }

    [Theory]
    [InlineData(1024, "010001")]
    [InlineData(2048, "00")]
    [InlineData(2048, "01")]
    [InlineData(2048, "04")]
    [InlineData(2048, "0100000000000000000001")]
    public void BugClass33_UnfitKeys_ProveNothing(int bits, string exponent)
    {
        using var made = RSA.Create(bits);
        var parameters = made.ExportParameters(false);
        parameters.Exponent = Convert.FromHexString(exponent);
        RSA? odd = null;
        try
        {
            odd = RSA.Create(parameters);
        }
        catch (CryptographicException)
        {
            // The platform itself refuses the key: it cannot come out of a certificate.
            odd = null;
        }

        using (odd)
        {
            Assert.True(odd is null || Check(odd, new(AuthenticationMethod.RsaSignature, new(new byte[bits / 8]))) == AuthenticationFault.UnfitKey);
        }
    }

    [Fact]
    public void BugClass35_ZeroOrEmptyEcdsaSignature_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(AuthenticationFault.WrongProof, Check(key, new(AuthenticationMethod.Ecdsa256, new(new byte[64]))));
        Assert.Equal(AuthenticationFault.WrongProof, Check(key, new(AuthenticationMethod.Ecdsa256, default)));
        Assert.Equal(AuthenticationFault.OtherKeyKind, Check(key, new(AuthenticationMethod.Ecdsa384, new(new byte[96]))));
        foreach (var signature in new[] { "3006020100020100", "3000", "00", "300602010102", "3006020101020101" })
        {
            Assert.Equal(AuthenticationFault.WrongProof, Check(key, AuthenticationPayload.Of(DigitalSignature.Of(SignatureAlgorithm.EcdsaSha256, new(Convert.FromHexString(signature))))));
        }
    }

    [Theory]
    [InlineData(SignatureAlgorithm.Ed25519)]
    [InlineData(SignatureAlgorithm.Ed448)]
    public void Check_AlgorithmWeHaveNoKeysOf_IsUnknown(SignatureAlgorithm algorithm) =>
        Assert.Equal(AuthenticationFault.UnknownAlgorithm, Check(_rsa, AuthenticationPayload.Of(DigitalSignature.Of(algorithm, new(new byte[64])))));

    [Fact]
    public void BugClass34_OddPssParameters_AreUnknown()
    {
        // RSASSA-PSS without parameters (SHA-1 by default), and with a salt of 255.
        foreach (var identifier in new[] { "300B06092A864886F70D01010A", "300D06092A864886F70D01010A3000", "304206092A864886F70D01010A3035A00F300D06096086480165030402010500A11C301A06092A864886F70D010108300D06096086480165030402010500A204020200FF" })
        {
            var signature = new DigitalSignature(new(Convert.FromHexString(identifier)), Prove(_rsa, SignatureRules.Default, Sha2).Signature!.Signature);
            Assert.Equal(AuthenticationFault.UnknownAlgorithm, Check(_rsa, AuthenticationPayload.Of(signature)));
        }
    }

    [Theory]
    [InlineData("rsa_signature_2048_sha256_test.json", SignatureAlgorithm.RsaSha256)]
    [InlineData("rsa_signature_2048_sha512_test.json", SignatureAlgorithm.RsaSha512)]
    [InlineData("rsa_signature_3072_sha384_test.json", SignatureAlgorithm.RsaSha384)]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test.json", SignatureAlgorithm.RsaPssSha256)]
    [InlineData("rsa_pss_4096_sha384_mgf1_48_test.json", SignatureAlgorithm.RsaPssSha384)]
    [InlineData("ecdsa_secp256r1_sha256_test.json", SignatureAlgorithm.EcdsaSha256)]
    [InlineData("ecdsa_secp384r1_sha384_test.json", SignatureAlgorithm.EcdsaSha384)]
    public void BugClass32_EveryWycheproofSignature_IsAnsweredAsPublished(string file, SignatureAlgorithm algorithm)
    {
        var (tested, refused) = (0, 0);
        foreach (var group in PublishedJson.Read($"wycheproof/{file}").GetProperty("testGroups").EnumerateArray())
        {
            var spki = Convert.FromHexString(group.Text(group.TryGetProperty("publicKeyDer", out _) ? "publicKeyDer" : "keyDer"));
            using AsymmetricAlgorithm key = file.StartsWith("rsa", StringComparison.Ordinal) ? RSA.Create() : ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out _);
            var check = new SignatureCheck(key, SignatureRules.Default);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var fault = check.Check(AuthenticationPayload.Of(new(SignatureAlgorithms.Identifier(algorithm), new(test.Hex("sig")))), test.Hex("msg"));
                var result = test.Text("result");
                Assert.True(result == "acceptable" || (fault == AuthenticationFault.None) == (result == "valid"), $"{file} tcId {test.Text("tcId")}: {fault}, published as {result}");
                refused += fault == AuthenticationFault.None ? 0 : 1;
                tested++;
            }
        }

        Assert.InRange(tested, 50, int.MaxValue);
        Assert.InRange(refused, 10, tested - 1);
    }

    private static AuthenticationPayload Prove(AsymmetricAlgorithm key, SignatureRules rules, SignatureHash[]? peerHashes)
    {
        Assert.True(SigningKey.TryCreate(key, rules, peerHashes, out var signing));
        return signing!.Prove("octets"u8);
    }

    private static AuthenticationFault Check(AsymmetricAlgorithm key, AuthenticationPayload proof) => new SignatureCheck(key, SignatureRules.Default).Check(proof, "octets"u8);

    private static void CheckBoth(AsymmetricAlgorithm key, AuthenticationPayload proof)
    {
        Assert.Equal(AuthenticationFault.None, Check(key, proof));
        Assert.Equal(AuthenticationFault.WrongProof, new SignatureCheck(key, SignatureRules.Default).Check(proof, "octetS"u8));
        var turned = proof.Proof.Span.ToArray();
        turned[^1] ^= 1;
        Assert.Equal(AuthenticationFault.WrongProof, Check(key, new(proof.Method, new(turned))));
    }
}
