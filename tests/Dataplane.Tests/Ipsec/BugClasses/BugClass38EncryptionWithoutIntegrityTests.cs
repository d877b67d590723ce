using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;

namespace Dataplane.Tests.Ipsec.BugClasses;

/// <summary>ESP that encrypts and authenticates nothing, or does neither.</summary>
public sealed class BugClass38EncryptionWithoutIntegrityTests
{
    [Theory]
    [InlineData(EncryptionAlgorithm.AesCbc, 128)]
    [InlineData(EncryptionAlgorithm.AesCtr, 256)]
    [InlineData(EncryptionAlgorithm.TripleDesCbc, 192)]
    [InlineData(EncryptionAlgorithm.Null, 0)]
    public void BugClass38_NoIntegrity_IsRefusedAtInstallation(EncryptionAlgorithm algorithm, int bits)
    {
        using var host = new SteppedHost();
        var bare = new CipherSuite(algorithm, bits);
        var model = TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false) with { Suite = bare, Keys = new SuiteKeys(new SecretBytes(new byte[bare.KeyLength + bare.SaltLength]), SecretBytes.Empty) };
        Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound(TestSa.Tunnel, [model]));
        Assert.Throws<ArgumentException>(() => host.Plane.ReplaceOutbound(TestSa.Tunnel, [model]));
        Assert.Empty(host.Plane.Snapshot().Associations);

        var whole = TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false, suite: bare with { Integrity = IntegrityAlgorithm.HmacSha256_128 });
        host.Plane.InstallInbound(TestSa.Tunnel, [whole]);
        Assert.Single(host.Plane.Snapshot().Associations);
    }

    [Fact]
    public void BugClass38_AhWithoutAlgorithm_IsRefusedAtInstallation()
    {
        using var host = new SteppedHost();
        var model = TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false, suite: new CipherSuite(EncryptionAlgorithm.Null, 0, IntegrityAlgorithm.HmacSha1_96), protocol: SaProtocol.Ah);
        Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound(TestSa.Tunnel, [model with { Suite = new CipherSuite(EncryptionAlgorithm.Null, 0) }]));
        host.Plane.InstallInbound(TestSa.Tunnel, [model]);
    }

    [Theory]
    [InlineData(IntegrityAlgorithm.AesGmac, 19)]
    [InlineData(IntegrityAlgorithm.AesGmac, 0)]
    [InlineData(IntegrityAlgorithm.HmacSha256_128, 16)]
    public void BugClass38_AhKeyOfWrongLength_IsRefusedAtInstallationNotAtThePacket(IntegrityAlgorithm algorithm, int keyLength)
    {
        using var host = new SteppedHost();
        var model = TestSa.Model(0x1001, "192.0.2.1", "192.0.2.2", false, suite: new CipherSuite(EncryptionAlgorithm.Null, 0, algorithm), protocol: SaProtocol.Ah);
        var wrong = model with { Keys = new SuiteKeys(SecretBytes.Empty, new SecretBytes(new byte[keyLength])) };
        Assert.Throws<ArgumentException>(() => host.Plane.InstallInbound(TestSa.Tunnel, [wrong]));
        host.Plane.InstallInbound(TestSa.Tunnel, [model]);
    }
}
