using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Our responder before ike-scan, which sends what nobody would offer today: 3DES or AES-CBC, SHA-1 or MD5, and old groups.</summary>
public sealed class IkeScanTests
{
    private const string Legacy = "HowToEncrypt AES_CBC KeyLength 256\nHowToVerifyMsgs HMAC_SHA1_96\nPseudoRandomFunction HMAC_SHA1\nDHGroup Group2";

    private static string? Hindrance => NetworkNamespaces.Hindrance ?? (File.Exists("/usr/bin/ike-scan") ? null : "needs the package ike-scan");

    [Theory]
    [InlineData(false, 2, "(NO_PROPOSAL_CHOSEN)")]
    [InlineData(true, 2, "SA=(Encr=AES_CBC,KeyLength=256 Prf=HMAC_SHA1 Integ=HMAC_SHA1_96 DH_Group=2:modp1024)")]
    [InlineData(true, 14, "Notify message 17 (INVALID_KE_PAYLOAD)")]
    public void Scan_IsAnsweredAsThePolicySays(bool isLegacy, int group, string answer)
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", "10.9.0.1", "10.9.0.2", exchange: isLegacy ? Legacy : "", details: new() { Action = $"AllowLegacy {(isLegacy ? "Yes" : "No")}" });
        using var host = new LivePlane(spaces.A, policy.Path, "10.9.0.1/32", "10.9.0.2/32");

        var said = spaces.B.Execute("ike-scan", "--ikev2", $"--dhgroup={group}", "--multiline", "--retry=5", "--timeout=5000", "10.77.0.1");

        Assert.Contains(answer, said, StringComparison.Ordinal);
        Assert.Equal(0, host.Count("IDP0014I"));
    }
}
