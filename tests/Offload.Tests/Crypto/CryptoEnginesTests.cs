using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Secrets;
using IpsecDp.TestKit.Crypto;

namespace Offload.Tests.Crypto;

public sealed class CryptoEnginesTests
{
    private static readonly PlatformEngine Platform = new();

    [Fact]
    public void Choose_SuiteOfBoth_TakesTheFirst()
    {
        var plain = new PlainEngine();
        Assert.Same(plain, new CryptoEngines(plain, Platform).Choose(CipherSuite.Default));
        Assert.Same(Platform, new CryptoEngines(Platform, plain).Choose(CipherSuite.Default));
    }

    [Fact]
    public void Choose_SuiteTheFirstLacks_TakesTheNext()
    {
        var engines = new CryptoEngines(new GcmOnly(), Platform);
        Assert.IsType<GcmOnly>(engines.Choose(CipherSuite.Default));
        Assert.Same(Platform, engines.Choose(new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128)));
        Assert.Same(Platform, engines.ChooseMac(IntegrityAlgorithm.HmacSha1_96));
    }

    [Fact]
    public void Choose_SuiteOfNone_SaysWhich()
    {
        var engines = new CryptoEngines(new GcmOnly());
        var suite = new CipherSuite(EncryptionAlgorithm.ChaCha20Poly1305, 256);
        Assert.False(engines.Supports(suite));
        Assert.Contains(suite.Name, Assert.Throws<NotSupportedException>(() => engines.Choose(suite)).Message, StringComparison.Ordinal);
        Assert.Contains("aes-gmac", Assert.Throws<NotSupportedException>(() => engines.ChooseMac(IntegrityAlgorithm.AesGmac)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_NamesOrderAndSharesInOneLine()
    {
        var line = new CryptoEngines(new GcmOnly(), Platform).Describe();
        Assert.DoesNotContain('\n', line);
        Assert.Contains("gcm-only before platform", line, StringComparison.Ordinal);
        Assert.Contains("gcm-only (AES-GCM on an abacus) serves 1 of 78 suites (AesGcm16)", line, StringComparison.Ordinal);
        Assert.Contains($"platform (AES-GCM on the system's library) serves {CipherSuite.All.Count(Platform.Supports) - 1} of 78", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_SuitesNobodyImplements_AreCounted() =>
        Assert.Contains("77 suites have no engine", new CryptoEngines(new GcmOnly()).Describe(), StringComparison.Ordinal);

    private sealed class GcmOnly : ICryptoEngine
    {
        public string Name => "gcm-only";

        public string Instructions => "an abacus";

        public bool Supports(CipherSuite suite) => suite == CipherSuite.Default;

        public bool Supports(IntegrityAlgorithm algorithm) => false;

        public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers) => Platform.CreateCipher(suite, keys, extendedSequenceNumbers);

        public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key) => Platform.CreateMac(algorithm, key);
    }
}
