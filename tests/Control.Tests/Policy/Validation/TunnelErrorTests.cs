using System.Globalization;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Validation;

public sealed class TunnelErrorTests
{
    private const string Encrypt = "HowToEncrypt AES_GCM_16 KeyLength 128";
    private const string Key128 = "101112131415161718191a1b1c1d1e1f";

    [Theory]
    [InlineData("▶AES_CBC KeyLength 128", "", "encryption without integrity")]
    [InlineData("▶AES_CTR KeyLength 128", "", "encryption without integrity")]
    [InlineData("▶3DES", "", "encryption without integrity")]
    [InlineData("AES_CBC", "ESP ▶NULL", "encryption without integrity")]
    [InlineData("▶AES_CBC", "AH HMAC_SHA2_256_128", "encryption without integrity")]
    [InlineData("AES_CTR", "ESP ▶AES_GMAC_128", "does not stand beside a cipher")]
    [InlineData("DoNot", "ESP ▶NULL", "protects nothing")]
    [InlineData("▶DoNot", "", "neither encrypt nor authenticate")]
    [InlineData("DoNot", "AH ▶NULL", "AH without an algorithm")]
    [InlineData("AES_GCM_16", "ESP ▶HMAC_SHA1", "authenticates by itself")]
    [InlineData("CHACHA20_POLY1305", "ESP ▶HMAC_SHA1", "authenticates by itself")]
    public void Algorithms_ThatLeaveAGap_AreRefused(string encryption, string authentication, string wording)
    {
        // The mark stands at the algorithm, the error at the attribute's first value.
        var marked = authentication.StartsWith("ESP ▶", StringComparison.Ordinal) || authentication.StartsWith("AH ▶", StringComparison.Ordinal)
            ? "▶" + authentication.Replace("▶", "", StringComparison.Ordinal)
            : authentication;
        var auth = marked.Length == 0 ? "" : $"\n   HowToAuth {marked}";
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(Encrypt, $"HowToEncrypt {encryption}{auth}"), ConfigRule.Algorithm, wording);
    }

    [Theory]
    [InlineData("3DES", "HMAC_SHA1")]
    [InlineData("AES_CBC", "HMAC_MD5")]
    [InlineData("DoNot", "HMAC_MD5")]
    public void Legacy_WithoutAllowLegacy_IsRefused(string encryption, string authentication) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(Encrypt, $"HowToEncrypt ▶{encryption}\n   HowToAuth ESP {authentication}"), ConfigRule.Legacy, "AllowLegacy Yes");

    [Theory]
    [InlineData("CHACHA20_POLY1305", "")]
    [InlineData("AES_CBC", "\n   HowToAuth ESP AES128_XCBC_96")]
    public void Fips_WithUnapprovedAlgorithm_IsRefused(string encryption, string authentication) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(PolicyTexts.Change("FilterLogging on", "FIPS140 yes"), Encrypt, $"HowToEncrypt ▶{encryption}{authentication}"), ConfigRule.Algorithm, "FIPS140");

    [Theory]
    [InlineData("AES_GCM_16 KeyLength 128", 16, 20)]
    [InlineData("AES_GCM_16 KeyLength 192", 20, 28)]
    [InlineData("AES_GCM_8 KeyLength 256", 32, 36)]
    [InlineData("AES_CCM_16 KeyLength 128", 20, 19)]
    [InlineData("AES_CCM_12 KeyLength 256", 36, 35)]
    [InlineData("AES_GMAC KeyLength 256", 20, 36)]
    [InlineData("CHACHA20_POLY1305", 32, 36)]
    public void EncryptKey_OfWrongLength_SaysGivenAndNeeded(string encryption, int given, int needed)
    {
        var text = PolicyTexts.Change(PolicyTexts.Change(Encrypt, "HowToEncrypt " + encryption), PolicyTexts.OutboundKey, Hex(1, given));
        var errors = PolicyTexts.Refuse(PolicyTexts.Change(text, PolicyTexts.InboundKey, Hex(2, needed)));
        var error = Assert.Single(errors.Shown);
        Assert.Equal((ConfigRule.Key, 54, 30), (error.Rule, error.Position.Line, error.Position.Column));
        Assert.Contains($"the key has {given} octets", error.Text, StringComparison.Ordinal);
        Assert.Contains($"needs {needed}", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HMAC_SHA2_256_128", 32)]
    [InlineData("HMAC_SHA2_384_192", 48)]
    [InlineData("HMAC_SHA2_512_256", 64)]
    [InlineData("HMAC_SHA1", 20)]
    [InlineData("AES128_XCBC_96", 16)]
    [InlineData("AES_CMAC_96", 16)]
    [InlineData("AES_GMAC_192", 28)]
    public void AuthKey_OfRightLengthAndOneOctetLess_IsTakenAndRefused(string algorithm, int octets)
    {
        using var model = PolicyTexts.Compile(AhOnly(algorithm, Hex(1, octets)));
        Assert.Equal(octets, model.Tunnels[0].Outbound[0].Keys.Integrity.Length);
        var error = Assert.Single(PolicyTexts.Refuse(AhOnly(algorithm, Hex(1, octets - 1))).Shown);
        Assert.Equal(ConfigRule.Key, error.Rule);
        Assert.Contains($"the key has {octets - 1} octets", error.Text, StringComparison.Ordinal);

        static string AhOnly(string algorithm, string outbound)
        {
            var length = algorithm switch { "HMAC_SHA2_256_128" => 32, "HMAC_SHA2_384_192" => 48, "HMAC_SHA2_512_256" => 64, "HMAC_SHA1" => 20, "AES_GMAC_192" => 28, _ => 16 };
            var text = PolicyTexts.Change(Encrypt, $"HowToEncrypt DoNot\n   HowToAuth AH {algorithm}");
            return text.Replace("EspOutboundEncryptKey", "AhOutboundAuthKey", StringComparison.Ordinal).Replace("EspInboundEncryptKey", "AhInboundAuthKey", StringComparison.Ordinal)
                .Replace("EspOutboundSpi", "AhOutboundSpi", StringComparison.Ordinal).Replace("EspInboundSpi", "AhInboundSpi", StringComparison.Ordinal)
                .Replace(PolicyTexts.OutboundKey, outbound, StringComparison.Ordinal).Replace(PolicyTexts.InboundKey, Hex(99, length), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "Hex ▶4c80", "the key has 2 octets")]
    [InlineData("Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "Hex ▶4c8", "odd number")]
    [InlineData("Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "Hex ▶4c8g", "not hexadecimal")]
    [InlineData("Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "Hex 4c80cdef ▶bb5d10da", "one word")]
    [InlineData("Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "▶4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "Hex or Ascii")]
    [InlineData("Hex 4c80cdefbb5d10da906ac73c3613a634a2f1c0d5", "Ascii ▶zwanzigOktettHierÄÄÄ", "not ASCII")]
    public void Key_NotReadable_PointsAtIt(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Key, wording);

    [Theory]
    [InlineData("   EspInboundEncryptKey Hex feffe9928665731c6d6a8f9467308308cafebabe\n", "EspInboundEncryptKey is missing", ConfigRule.Key)]
    [InlineData("   EspInboundSpi 4098\n", "EspInboundSpi is missing", ConfigRule.Spi)]
    [InlineData("   EspOutboundSpi 0x1001\n", "EspOutboundSpi is missing", ConfigRule.Spi)]
    public void KeyOrSpi_Missing_PointsAtTheTunnel(string line, string wording, ConfigRule rule) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(PolicyTexts.Change(line, ""), "IpManVpnAction EeTunnel", "▶IpManVpnAction EeTunnel"), rule, wording);

    [Theory]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   EspInboundAuthKey Hex ▶" + Key128, ConfigRule.Key, "no use for it")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   AhInboundAuthKey Hex ▶" + Key128, ConfigRule.Key, "without AH has no use")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   AhInboundSpi ▶4711", ConfigRule.Spi, "no such layer")]
    public void KeyOrSpi_WithoutUse_PointsAtIt(string old, string replacement, ConfigRule rule, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), rule, wording);

    [Fact]
    public void Key_AllZeros_IsRefused() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(PolicyTexts.OutboundKey, "▶" + new string('0', 40)), ConfigRule.WeakKey, "all zeros");

    [Fact]
    public void Key_OfEqualOctets_Warns() =>
        PolicyTexts.WarnsAtMark(PolicyTexts.Change(PolicyTexts.OutboundKey, "▶" + new string('7', 40)), ConfigRule.WeakKey, "every octet");

    [Fact]
    public void Key_SameInBothDirectionsOfACounterMode_IsRefusedWithReason() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(PolicyTexts.OutboundKey, "▶" + PolicyTexts.InboundKey), ConfigRule.WeakKey, "without the SPI");

    [Fact]
    public void Key_SameInBothDirectionsOfCbc_IsTaken()
    {
        using var model = PolicyTexts.Compile(Cbc("AES_CBC", Key128, Key128, ""));
        Assert.Equal(2, model.Spd.Rules.Count);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdeffedcba9876543210")]
    [InlineData("fedcba98765432100123456789abcdef0123456789abcdef")]
    [InlineData("0101010101010101fedcba98765432100123456789abcdef")]
    [InlineData("fedcba987654321001fe01fe01fe01fe0123456789abcdef")]
    public void TripleDesKey_WithWeakOrEqualThirds_IsRefused(string key)
    {
        const string Strong = "0123456789abcdef23456789abcdef01456789abcdef0123";
        using var model = PolicyTexts.Compile(Cbc("3DES", Strong, Strong, "   AllowLegacy Yes\n"));
        Assert.Contains(model.Warnings.Shown, w => w.Rule == ConfigRule.Legacy);
        Assert.Contains("RFC 2451", Assert.Single(PolicyTexts.Refuse(Cbc("3DES", key, Strong, "   AllowLegacy Yes\n")).Shown).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EspInboundSpi 4098", "EspInboundSpi ▶0", "reserved")]
    [InlineData("EspInboundSpi 4098", "EspInboundSpi ▶255", "reserved")]
    [InlineData("EspOutboundSpi 0x1001", "EspOutboundSpi ▶0xff", "reserved")]
    [InlineData("EspInboundSpi 4098", "EspInboundSpi ▶4294967296", "not an SPI")]
    [InlineData("EspInboundSpi 4098", "EspInboundSpi ▶0x100000000", "not an SPI")]
    [InlineData("EspInboundSpi 4098", "EspInboundSpi ▶-5", "not an SPI")]
    public void Spi_ReservedOrUnreadable_PointsAtIt(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Spi, wording);

    [Fact]
    public void Spi_InboundOfTwoTunnels_IsRefused()
    {
        var second = PolicyTexts.Transport[PolicyTexts.Transport.IndexOf("IpManVpnAction EeTunnel", StringComparison.Ordinal)..]
            .Replace("EeTunnel", "Second", StringComparison.Ordinal).Replace("Spi 4098", "Spi ▶4098", StringComparison.Ordinal)
            .Replace(PolicyTexts.OutboundKey, Hex(1, 20), StringComparison.Ordinal).Replace(PolicyTexts.InboundKey, Hex(2, 20), StringComparison.Ordinal);
        PolicyTexts.RefusesAtMark(PolicyTexts.Transport + second, ConfigRule.Spi, "taken at test.policy:53:18");
    }

    [Theory]
    [InlineData("RemoteSecurityEndpointAddr 198.51.100.20", "RemoteSecurityEndpointAddr ▶224.0.0.1")]
    [InlineData("LocalSecurityEndpointAddr 192.0.2.10", "LocalSecurityEndpointAddr ▶0.0.0.0")]
    public void Endpoint_OfNoHost_IsRefused(string old, string replacement)
    {
        var position = PolicyTexts.Refuse(PolicyTexts.Change(old, replacement.Replace("▶", "", StringComparison.Ordinal))).Shown;
        Assert.Contains(position, e => e.Rule == ConfigRule.Tunnel && e.Text.Contains("is not the address of one host", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("   IpSourceAddr 192.0.2.10\n   IpDestAddr 198.51.100.20", "   IpSourceAddr ▶192.0.2.0/24\n   IpDestAddr 198.51.100.20", "must be its local endpoint 192.0.2.10")]
    [InlineData("   IpSourceAddr 192.0.2.10\n   IpDestAddr 198.51.100.20", "   IpSourceAddr 192.0.2.10\n   IpDestAddr ▶198.51.100.21", "must be its remote endpoint 198.51.100.20")]
    public void Rule_AgainstTransportMode_PointsAtItsSide(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Tunnel, wording);

    [Theory]
    [InlineData("HowToEncap Transport\n   TfcPadding ▶256", "TfcPadding needs HowToEncap Tunnel")]
    [InlineData("HowToEncap Transport\n   ReplayWindow Off\n   ExtendedSequenceNumbers ▶Yes", "needs a replay window")]
    public void Option_AgainstModeOrLayers_PointsAtIt(string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("HowToEncap Transport", replacement), ConfigRule.Tunnel, wording);

    [Fact]
    public void UdpEncapsulation_WithAh_PointsAtIt()
    {
        var text = PolicyTexts.Change(Encrypt, Encrypt + "\n   HowToAuth AH HMAC_SHA1\n   AhInboundSpi 5000\n   AhOutboundSpi 5001\n   AhInboundAuthKey Hex " + Hex(1, 20) + "\n   AhOutboundAuthKey Hex " + Hex(2, 20));
        using var bundle = PolicyTexts.Compile(text);
        Assert.Equal(2, bundle.Tunnels[0].Inbound.Count);
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(text, "HowToEncap Transport", "HowToEncap Transport\n   UdpEncapsulation ▶Yes"), ConfigRule.Tunnel, "carries ESP only");
    }

    [Theory]
    [InlineData("PassthroughDF ▶No Set")]
    [InlineData("PassthroughDSCP ▶No")]
    [InlineData("EcnPassthrough ▶No")]
    public void Marking_InTransportMode_Warns(string line) =>
        PolicyTexts.WarnsAtMark(PolicyTexts.Change("HowToEncap Transport", "HowToEncap Transport\n   " + line), ConfigRule.Ignored, "no effect in transport mode");

    [Fact]
    public void Tunnel_NotActive_WarnsAndIsLeftOut()
    {
        PolicyTexts.WarnsAtMark(PolicyTexts.Change(PolicyTexts.Change("HowToEncap Transport", "HowToEncap Transport\n   Active No"), "IpManVpnActionRef EeTunnel", "IpManVpnActionRef ▶EeTunnel"), ConfigRule.Tunnel, "is not active");
        using var model = PolicyTexts.Compile(PolicyTexts.Change("HowToEncap Transport", "HowToEncap Transport\n   Active No"));
        Assert.Empty(model.Tunnels);
        Assert.Equal(["EeTunnel"], model.InactiveTunnels);
    }

    private static string Cbc(string encryption, string outbound, string inbound, string more) =>
        PolicyTexts.Change(Encrypt, $"HowToEncrypt {encryption}\n   HowToAuth ESP HMAC_SHA1\n{more}   EspInboundAuthKey Hex {Hex(1, 20)}\n   EspOutboundAuthKey Hex {Hex(2, 20)}")
            .Replace(PolicyTexts.OutboundKey, outbound, StringComparison.Ordinal).Replace(PolicyTexts.InboundKey, inbound, StringComparison.Ordinal);

    private static string Hex(int first, int octets) => string.Concat(Enumerable.Range(first, octets).Select(n => (n & 255).ToString("x2", CultureInfo.InvariantCulture)));
}
