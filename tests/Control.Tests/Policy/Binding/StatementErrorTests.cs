using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Binding;

public sealed class StatementErrorTests
{
    [Theory]
    [InlineData("Protocol UDP", "▶Protocl UDP", "Protocol may be meant")]
    [InlineData("Protocol UDP", "Protocol UDP\n   ▶Zzzzzzzz 1", "this keyword is not known in IpService")]
    [InlineData("# Enterprise", "▶IpFilterPolcy\n{\n}\n#", "IpFilterPolicy may be meant")]
    [InlineData("# Enterprise", "▶Zzzzzzzz\n{\n}\n#", "not a statement")]
    public void Keyword_Unknown_IsRefusedWithSuggestion(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.UnknownKeyword, wording);

    [Fact]
    public void Keyword_UnknownThatLooksLikeAKey_IsNotRepeated()
    {
        var errors = PolicyTexts.Refuse(PolicyTexts.Change("EspInboundSpi 4098", "EspInboundSpi 4098\n" + "abcdef0123456789abcdef0123456789"));
        Assert.DoesNotContain("abcdef", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶All5")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶10.0.0.300")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶10.0.0")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶010.0.0.1")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶0x0a.0.0.1")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶10.0.0.0/33")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶10.0.0.0/")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶10.0.0.9-10.0.0.1")]
    [InlineData("IpDestAddr All4", "IpDestAddr 10.0.0.1 ▶- 10.0.0.9")]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶fe80::1%eth0")]
    [InlineData("Protocol UDP", "Protocol ▶udpp")]
    [InlineData("Protocol UDP", "Protocol ▶256")]
    [InlineData("SourcePortRange 500", "SourcePortRange ▶70000")]
    [InlineData("SourcePortRange 500", "SourcePortRange ▶500-400")]
    [InlineData("SourcePortRange 500", "SourcePortRange ▶500-")]
    [InlineData("SourcePortRange 500", "SourcePortRange 500 ▶x")]
    [InlineData("SourcePortRange 500", "SourcePortRange ▶-500")]
    [InlineData("SourcePortRange 500", "SourcePortRange ▶4294967296")]
    [InlineData("Direction BiDirectional", "Direction ▶Sideways")]
    [InlineData("IpFilterAction Permit", "IpFilterAction ▶Perhaps")]
    [InlineData("FilterLogging on", "FilterLogging ▶maybe")]
    [InlineData("HowToEncap Transport", "HowToEncap ▶Both")]
    [InlineData("AES_GCM_16 KeyLength 128", "AES_GCM_16 KeyLength ▶127")]
    [InlineData("AES_GCM_16 KeyLength 128", "▶AES_GCM_17 KeyLength 128")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   ReplayWindow ▶31")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   PathMtu ▶575")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   LifetimePackets ▶0")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   LifetimeSeconds 10 ▶9")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   LifetimeBytes ▶99P")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   UdpEncapsulation Yes 4500 ▶0")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   HowToAuth ESP ▶HMAC_SHA3")]
    [InlineData("LocalSecurityEndpointAddr 192.0.2.10", "LocalSecurityEndpointAddr ▶192.0.2")]
    public void Value_OfWrongKind_PointsAtIt(string old, string replacement) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Value, "");

    [Theory]
    [InlineData("IpDestAddr All4", "▶IpDestAddr")]
    [InlineData("HowToEncap Transport", "HowToEncap Transport\n   ▶UdpEncapsulation Yes 4500")]
    [InlineData("   IpFilterAction Permit\n", "")]
    [InlineData("   HowToEncap Transport\n", "")]
    [InlineData("   IpGenericFilterActionRef PermitQuiet\n", "")]
    [InlineData("IpService UdpEe\n", "▶IpService\n")]
    [InlineData("# Enterprise", "▶IpService Alone\n#")]
    public void Value_Missing_IsRefused(string old, string replacement)
    {
        var text = PolicyTexts.Change(old, replacement);
        if (replacement.Contains('▶', StringComparison.Ordinal) && !old.StartsWith("IpService ", StringComparison.Ordinal))
        {
            PolicyTexts.RefusesAtMark(text, ConfigRule.Missing, "needs");
            return;
        }

        Assert.Contains(PolicyTexts.Refuse(text.Replace("▶", "", StringComparison.Ordinal)).Shown, e => e.Rule == ConfigRule.Missing);
    }

    [Theory]
    [InlineData("IpFilterRuleRef KeyTraffic", "IpFilterRuleRef ▶-KeyTraffic", "dash")]
    [InlineData("IpFilterRuleRef KeyTraffic", "IpFilterRuleRef ▶Key,Traffic", "comma")]
    [InlineData("IpFilterRuleRef KeyTraffic", "IpFilterRuleRef ▶AaaaaaaaaaBbbbbbbbbbCccccccccc123", "33 characters")]
    public void Name_AgainstTheRules_PointsAtIt(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Name, wording);

    [Theory]
    [InlineData("Protocol UDP", "Protocol UDP\n   ▶Protocol tcp", "the first stands at test.policy:25:4")]
    [InlineData("IpDestAddr All4", "IpDestAddr All4\n   IpDestAddrRef ▶EeHost", "given twice")]
    [InlineData("# Enterprise", "IpAddr EeHost\n{\n   Addr 192.0.2.1\n}\n▶IpAddr EeHost\n{\n   Addr 192.0.2.2\n}\n#", "the first stands at test.policy:1:1")]
    [InlineData("# Enterprise", "IpFilterPolicy\n{\n   IpFilterRuleRef KeyTraffic\n}\n#", "defined twice")]
    public void Anything_SaidTwice_NamesBothPlaces(string old, string replacement, string wording)
    {
        var errors = PolicyTexts.Refuse(PolicyTexts.Change(old, replacement).Replace("▶", "", StringComparison.Ordinal));
        Assert.Contains(errors.Shown, e => e.Rule == ConfigRule.Duplicate && e.Text.Contains(wording, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("IpManVpnActionRef EeTunnel", "IpManVpnActionRef EeTunnel\n   ▶RemoteIdentity Any", "chosen by address")]
    [InlineData("IpManVpnActionRef EeTunnel", "IpManVpnActionRef EeTunnel\n   ▶FilterByIdentity Yes", "chosen by address")]
    public void Rule_AsksForAnIdentity_IsRefused(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Unsupported, wording);

    [Theory]
    [InlineData("IpDestAddr All4", "IpDestAddr All4\n   ▶IpTimeConditionRef Night", "hold at every time")]
    [InlineData("Routing Local", "Routing ▶Routed", "Routing Routed")]
    [InlineData("Routing Local", "SecurityClass ▶7", "SecurityClass")]
    [InlineData("Routing Local", "FragmentsOnly ▶yes", "FragmentsOnly")]
    [InlineData("Protocol UDP", "Protocol ▶opaque", "opaque")]
    [InlineData("Direction BiDirectional", "Direction BiDirectional ▶InboundConnect", "who opens")]
    [InlineData("FilterLogging on", "PreDecap ▶on", "PreDecap")]
    [InlineData("AES_GCM_16 KeyLength 128", "▶DES", "DES")]
    [InlineData("LocalSecurityEndpointAddr 192.0.2.10", "LocalSecurityEndpointAddr ▶Any4", "needs one address")]
    public void Attribute_KnownToZosOnly_IsRefusedByName(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.Unsupported, wording);
}
