using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace Offload.Tests.Crypto;

public sealed class KeyTests
{
    public static TheoryData<string> Engines => EngineUnderTest.Names;

    public static TheoryData<string> ProductEngines => EngineUnderTest.ProductNames;

    [Theory, MemberData(nameof(Engines))]
    public void CreateCipher_KeyOfAnotherLength_IsRefused(string engine)
    {
        var tested = EngineUnderTest.Named(engine);
        foreach (var suite in tested.Suites)
        {
            var encryption = suite.KeyLength + suite.SaltLength;
            foreach (var (wrongEncryption, wrongIntegrity) in new[] { (encryption + 1, suite.IntegrityKeyLength), (encryption, suite.IntegrityKeyLength + 1), (Math.Max(0, encryption - 1), suite.IntegrityKeyLength + 1) })
            {
                using var keys = PacketForge.Keys(PacketForge.Octets(wrongEncryption, 1), PacketForge.Octets(wrongIntegrity, 2));
                Assert.Throws<ArgumentException>(() => tested.Engine.CreateCipher(suite, keys, false));
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void CreateMac_KeyOfAnotherLength_IsRefused(string engine)
    {
        var tested = EngineUnderTest.Named(engine).Engine;
        foreach (var (algorithm, keyLength) in MacCases.Of(tested))
        {
            using var key = new SecretBytes(PacketForge.Octets(keyLength + 1, 3));
            Assert.Throws<ArgumentException>(() => tested.CreateMac(algorithm, key));
        }
    }

    [Theory, MemberData(nameof(ProductEngines))]
    public void CreateCipher_TripleDesKeyThatIsSingleDesOrWeak_IsRefused(string engine)
    {
        var suite = new CipherSuite(EncryptionAlgorithm.TripleDesCbc, 192, IntegrityAlgorithm.HmacSha1_96);
        var tested = EngineUnderTest.Named(engine);
        Assert.SkipUnless(tested.Engine.Supports(suite), $"the {engine} engine does not implement {suite}");
        const string a = "0123456789abcdef";
        const string b = "23456789abcdef01";
        string[] refused = [a + a + b, a + b + b, a + a + a, "0123456789abcdee" + a + b, "0101010101010101" + a + b, a + "fefefefefefefefe" + b, a + b + "e001e001f101f101", a + "0000000000000000" + b];
        foreach (var digits in refused)
        {
            using var keys = PacketForge.Keys(Convert.FromHexString(digits), new byte[20]);
            Assert.Throws<ArgumentException>(() => tested.Engine.CreateCipher(suite, keys, false));
        }

        // Two-key 3DES, first and third alike, is whole.
        using var twoKeys = PacketForge.Keys(Convert.FromHexString(a + b + a), new byte[20]);
        tested.Engine.CreateCipher(suite, twoKeys, false).Dispose();
    }

    [Theory, MemberData(nameof(ProductEngines))]
    public void CreateCipher_SuiteNobodyKnows_IsRefused(string engine)
    {
        var tested = EngineUnderTest.Named(engine).Engine;
        var suite = new CipherSuite(EncryptionAlgorithm.AesCbc, 128);
        using var keys = PacketForge.Keys(new byte[16], []);
        Assert.False(tested.Supports(suite));
        Assert.Throws<ArgumentException>(() => tested.CreateCipher(suite, keys, false));
    }

    [Theory, MemberData(nameof(ProductEngines))]
    public void Cipher_KeysDisposedAfterCreation_StillWorks(string engine)
    {
        foreach (var suite in EngineUnderTest.Named(engine).Suites)
        {
            var keys = PacketForge.Keys(suite);
            using var cipher = EngineUnderTest.Named(engine).Engine.CreateCipher(suite, keys, false);
            keys.Dispose();
            Assert.True(cipher.TryOpen(PacketForge.Sealed(cipher, 1, 32), 1), suite.Name);
        }
    }
}
