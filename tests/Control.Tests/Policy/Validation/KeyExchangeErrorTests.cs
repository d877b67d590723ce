using IpsecDp.Policy.Compile;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Validation;

public sealed class KeyExchangeErrorTests
{
    [Theory]
    [InlineData("Identity Fqdn a.example.com", "Identity Fqdn ▶*.example.com", ConfigRule.Value, "not a pattern")]
    [InlineData("Identity Fqdn a.example.com", "Identity Fqdn ▶a@example.com", ConfigRule.Value, "no host name")]
    [InlineData("Identity Fqdn a.example.com", "Identity ▶Email a@example.com", ConfigRule.Value, "UserAtFqdn")]
    [InlineData("Identity Fqdn a.example.com", "Identity X500dn ▶nonsense", ConfigRule.Value, "distinguished name")]
    [InlineData("Identity UserAtFqdn *@example.com", "Identity UserAtFqdn ▶*@*", ConfigRule.Value, "no user")]
    [InlineData("SharedKey Ascii between-two-hosts-and-nobody-else", "SharedKey ▶Ebcdic x", ConfigRule.Unsupported, "Hex")]
    [InlineData("SharedKey Ascii between-two-hosts-and-nobody-else", "SharedKey Hex ▶00000000000000000000", ConfigRule.WeakKey, "zeros")]
    [InlineData("SharedKey Ascii between-two-hosts-and-nobody-else", "SharedKey File ▶psk", ConfigRule.Unreadable, "read from a file")]
    [InlineData("HowToAuthMe PresharedKey", "HowToInitiate ▶Main", ConfigRule.Unsupported, "IKEv1")]
    [InlineData("HowToAuthMe PresharedKey", "FilterByIdentity ▶Yes", ConfigRule.Unsupported, "FilterByIdentity")]
    [InlineData("DHGroup Group20", "DHGroup ▶Group1", ConfigRule.Unsupported, "768")]
    [InlineData("DHGroup Group20", "DHGroup ▶Group2", ConfigRule.Legacy, "AllowLegacy")]
    [InlineData("HowToEncrypt AES_CBC KeyLength 256", "HowToEncrypt ▶3DES", ConfigRule.Legacy, "AllowLegacy")]
    [InlineData("HowToEncrypt AES_CBC KeyLength 256", "HowToEncrypt ▶DoNot", ConfigRule.Algorithm, "encrypted")]
    [InlineData("HowToVerifyMsgs HMAC_SHA2_384_192", "▶HowToEncrypt AES_GCM_16", ConfigRule.Duplicate, "twice")]
    [InlineData("InitiateWithPfs Group19", "InitiateWithPfs ▶Group5", ConfigRule.Legacy, "AllowLegacy")]
    [InlineData("InitiateWithPfs Group19", "Initiation ▶LocalOnly", ConfigRule.Unsupported, "LocalOnly")]
    [InlineData("InitiateWithPfs Group19", "ExtendedSequenceNumbers ▶Yes\n   ReplayWindow Off", ConfigRule.Tunnel, "replay window")]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 128", "HowToEncrypt ▶AES_GCM_16\n      HowToAuth ESP HMAC_SHA1", ConfigRule.Algorithm, "by itself")]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 128", "HowToEncrypt ▶DoNot", ConfigRule.Algorithm, "protects")]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 128", "HowToEncrypt ▶AES_CBC\n      HowToAuth AH HMAC_SHA1", ConfigRule.Unsupported, "ESP inside AH")]
    [InlineData("RemoteSecurityEndpointAddr 192.0.2.2", "RemoteSecurityEndpointAddr 192.0.2.2\n   ProtocolGranularity ▶Packet", ConfigRule.Unsupported, "all traffic")]
    [InlineData("RemoteIp 10.2.0.0/16", "RemoteIp 10.2.0.0/16\n      ▶Protocl udp", ConfigRule.UnknownKeyword, "Protocol")]
    [InlineData("IpDataOffer\n", "IpDataOfferRef ▶None\n   IpDataOffer\n", ConfigRule.DanglingReference, "IpDataOffer None")]
    public void Attribute_Wrong_IsRefusedWhereItStands(string old, string replacement, ConfigRule rule, string wording)
    {
        PolicyTexts.RefusesAtMark(KeyExchangeTexts.Change(old, replacement), rule, wording);
    }

    [Theory]
    [InlineData("   Location 192.0.2.0/24", "   Location 198.51.100.0/24", ConfigRule.KeyExchange, "no KeyExchangeRule")]
    [InlineData("   HowToAuthMe PresharedKey", "   HowToAuthMe DigitalSignature", ConfigRule.KeyExchange, "prove itself by")]
    [InlineData("   HowToAuthMe PresharedKey", "   HowToAuthMe PresharedKey\n      HowToAuthPeer ECDSA-256", ConfigRule.KeyExchange, "CaFile")]
    [InlineData("   SharedKey Ascii between-two-hosts-and-nobody-else\n", "", ConfigRule.KeyExchange, "needs a SharedKey")]
    [InlineData("   LocalIp 10.1.0.0/16", "   LocalIp 10.3.0.0/16", ConfigRule.KeyExchange, "LocalDynVpnRule AtStart")]
    [InlineData("      Identity UserAtFqdn *@example.com\n", "", ConfigRule.KeyExchange, "RemoteSecurityEndpoint needs Identity")]
    [InlineData("   HowToEncap Tunnel", "   HowToEncap Transport", ConfigRule.Tunnel, "transport mode")]
    [InlineData("   RemoteSecurityEndpointAddr 192.0.2.2", "   RemoteSecurityEndpointAddr 192.0.2.1", ConfigRule.Tunnel, "both endpoints")]
    [InlineData("   RemoteSecurityEndpointAddr 192.0.2.2\n", "", ConfigRule.KeyExchange, "RemoteSecurityEndpointAddr")]
    public void Policy_PartsThatDoNotGoTogether_AreRefused(string old, string replacement, ConfigRule rule, string wording)
    {
        var errors = PolicyTexts.Refuse(KeyExchangeTexts.Change(old, replacement));
        Assert.Contains(errors.Shown, e => e.Rule == rule && e.Text.Contains(wording, StringComparison.Ordinal));
    }

    [Fact]
    public void Policy_WithoutKeyExchangePolicy_IsRefused()
    {
        var text = KeyExchangeTexts.Site;
        var start = text.IndexOf("KeyExchangePolicy\n", StringComparison.Ordinal);
        text = text[..start] + text[text.IndexOf("KeyExchangeRule Peer", StringComparison.Ordinal)..];
        Assert.Contains(PolicyTexts.Refuse(text).Shown, e => e.Rule == ConfigRule.Missing && e.Text.Contains("KeyExchangePolicy", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HowToAuthMe PresharedKey", "▶HowToRespondIKEv1 Main", "IKEv1")]
    [InlineData("HowToAuthMe PresharedKey", "AllowNat ▶No", "AllowNat No")]
    [InlineData("DHGroup Group20", "▶HowToAuthPeers PresharedKey", "IKEv1")]
    [InlineData("SharedKey Ascii between-two-hosts-and-nobody-else", "SharedKey Ascii ▶guessable", "guessed")]
    public void Attribute_WithoutEffect_Warns(string old, string replacement, string wording) =>
        PolicyTexts.WarnsAtMark(KeyExchangeTexts.Change(old, replacement), wording.StartsWith("guess", StringComparison.Ordinal) ? ConfigRule.WeakKey : ConfigRule.Ignored, wording);

    [Fact]
    public void Policy_SeveralFaults_AreAllTold()
    {
        var text = KeyExchangeTexts.Change("DHGroup Group20", "DHGroup Group2");
        text = PolicyTexts.Change(text, "InitiateWithPfs Group19", "InitiateWithPfs Group5");
        text = PolicyTexts.Change(text, "Location 192.0.2.0/24", "Location 198.51.100.0/24");
        var errors = PolicyTexts.Refuse(text);
        Assert.Contains(errors.Shown, e => e.Rule == ConfigRule.KeyExchange);
        Assert.Equal(2, errors.Shown.Count(e => e.Rule == ConfigRule.Legacy));
    }

    [Fact]
    public void Messages_AboutAnyFault_NeverHoldTheSharedKey()
    {
        var text = KeyExchangeTexts.Change("SharedKey Ascii", "SharedKee Ascii");
        Assert.All(PolicyTexts.Refuse(text).Shown, e => Assert.DoesNotContain(KeyExchangeTexts.Secret, e.ToString(), StringComparison.Ordinal));
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
        Assert.DoesNotContain(KeyExchangeTexts.Secret, PolicySummary.Write(policy), StringComparison.Ordinal);
    }

    [Fact]
    public void FipsPolicy_Curve25519_IsRefusedAndItsDefaultsAreApproved()
    {
        var text = KeyExchangeTexts.Change("IpFilterRuleRef Inside\n", "FIPS140 yes\n   IpFilterRuleRef Inside\n");
        Assert.Contains(PolicyTexts.Refuse(text).Shown, e => e.Rule == ConfigRule.Algorithm && e.Text.Contains("Group14", StringComparison.Ordinal));
        using var policy = PolicyTexts.Compile(PolicyTexts.Change(text, "   AcceptablePfs Group31\n", ""));
        Assert.DoesNotContain(policy.Ike.Connections[0].Children[0].Offers[0].Transforms, t => t.Id == 31);
    }
}
