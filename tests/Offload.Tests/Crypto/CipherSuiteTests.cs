using IpsecDp.Crypto;

namespace Offload.Tests.Crypto;

public sealed class CipherSuiteTests
{
    [Fact]
    public void All_EverySuite_IsFoundByItsNameInAnyCase()
    {
        Assert.All(CipherSuite.All, suite =>
        {
            Assert.True(CipherSuite.TryParse(suite.Name.ToUpperInvariant(), out var found));
            Assert.Equal(suite, found);
        });
        Assert.Equal(CipherSuite.All.Count, CipherSuite.All.Select(suite => suite.Name).Distinct().Count());
    }

    [Fact]
    public void TryParse_UnknownName_IsRefused() => Assert.False(CipherSuite.TryParse("aes-128-ecb", out _));

    [Theory]
    [InlineData("aes-128-gcm-16", 16, 4, 8, 16, 4, 0)]
    [InlineData("aes-256-gcm-8", 32, 4, 8, 8, 4, 0)]
    [InlineData("aes-192-ccm-12", 24, 3, 8, 12, 4, 0)]
    [InlineData("aes-128-gmac", 16, 4, 8, 16, 4, 0)]
    [InlineData("chacha20-poly1305", 32, 4, 8, 16, 4, 0)]
    [InlineData("aes-256-cbc+hmac-sha2-512-256", 32, 0, 16, 32, 16, 64)]
    [InlineData("aes-128-ctr+hmac-sha1-96", 16, 4, 8, 12, 4, 20)]
    [InlineData("3des-cbc+hmac-md5-96", 24, 0, 8, 12, 8, 16)]
    [InlineData("null+aes-xcbc-96", 0, 0, 0, 12, 4, 16)]
    public void Geometry_OfTheSuite_IsAsItsRfcSays(string name, int key, int salt, int iv, int icv, int alignment, int integrityKey)
    {
        Assert.True(CipherSuite.TryParse(name, out var suite));
        Assert.Equal((key, salt, iv, icv, alignment, integrityKey), (suite.KeyLength, suite.SaltLength, suite.IvLength, suite.IcvLength, suite.Alignment, suite.IntegrityKeyLength));
    }
}
