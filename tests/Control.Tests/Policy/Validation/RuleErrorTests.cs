using System.Text;
using IpsecDp.Policy.Validation;

namespace Control.Tests.Policy.Validation;

public sealed class RuleErrorTests
{
    [Theory]
    [InlineData("IpFilterRuleRef KeyTraffic", "IpFilterRuleRef ▶KeyTrafic", "IpFilterRule KeyTrafic is not defined; KeyTraffic may be meant")]
    [InlineData("IpFilterRuleRef KeyTraffic", "IpFilterRuleRef KeyTraffic\n   IpFilterGroupRef ▶Nobody", "IpFilterGroup Nobody is not defined")]
    [InlineData("IpDestAddr All4", "IpDestAddrRef ▶Nobody", "IpAddr Nobody is not defined")]
    [InlineData("IpDestAddr All4", "IpDestAddrSetRef ▶Nobody", "IpAddrSet Nobody is not defined")]
    [InlineData("IpDestAddr All4", "IpDestAddrGroupRef ▶Nobody", "IpAddrGroup Nobody is not defined")]
    [InlineData("IpServiceRef UdpIke", "IpServiceGroupRef ▶Nobody", "IpServiceGroup Nobody is not defined")]
    [InlineData("IpGenericFilterActionRef PermitQuiet", "IpGenericFilterActionRef ▶Nobody", "IpGenericFilterAction Nobody is not defined")]
    [InlineData("IpManVpnActionRef EeTunnel", "IpManVpnActionRef ▶Nobody", "IpManVpnAction Nobody is not defined")]
    [InlineData("LocalSecurityEndpointAddr 192.0.2.10", "LocalSecurityEndpointAddrRef ▶Nobody", "IpAddr Nobody is not defined")]
    public void Reference_Dangling_PointsAtTheName(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.DanglingReference, wording);

    [Theory]
    [InlineData("IpFilterGroup", "IpFilterGroupRef")]
    [InlineData("IpServiceGroup", "IpServiceGroupRef")]
    [InlineData("IpAddrGroup", "IpAddrGroupRef")]
    public void Group_HoldsItselfThroughAnother_PointsAtTheClosingReference(string group, string reference) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Transport + $"{group} One\n{{\n   {reference} Two\n}}\n{group} Two\n{{\n   {reference} ▶One\n}}\n", ConfigRule.GroupCycle, "One would hold itself through Two");

    [Fact]
    public void Group_DeepChain_DoesNotOverflow()
    {
        var text = new StringBuilder(PolicyTexts.Change("IpDestAddr All4", "IpDestAddrGroupRef G0"));
        for (var i = 0; i < 50_000; i++)
        {
            text.Append("IpAddrGroup G").Append(i).Append("\n{\n   IpAddrGroupRef G").Append(i + 1).Append("\n}\n");
        }

        using var model = PolicyTexts.Compile(text.Append("IpAddrGroup G50000\n{\n   IpAddr\n   {\n      Addr 10.0.0.1\n   }\n}\n").ToString());
        Assert.Equal("10.0.0.1", Assert.Single(model.Spd.Rules[0].Selectors).Remote.ToString());
    }

    [Fact]
    public void Group_DoublingBomb_IsRefused()
    {
        var text = new StringBuilder(PolicyTexts.Change("IpDestAddr All4", "IpDestAddrGroupRef G0"));
        for (var i = 0; i < 64; i++)
        {
            text.Append("IpAddrGroup G").Append(i).Append("\n{\n   IpAddrGroupRef G").Append(i + 1).Append("\n   IpAddrGroupRef G").Append(i + 1).Append("\n}\n");
        }

        var errors = PolicyTexts.Refuse(text.Append("IpAddrGroup G64\n{\n}\n").ToString());
        Assert.Contains(errors.Shown, e => e.Rule == ConfigRule.TooLarge);
    }

    [Fact]
    public void Rule_OfTooManySelectors_IsRefusedOnceHoweverOftenItIsUsed()
    {
        var addresses = string.Concat(Enumerable.Range(0, 4097).Select(n => $"   IpAddr\n   {{\n      Addr 10.0.{n >> 8}.{n & 255}\n   }}\n"));
        var text = PolicyTexts.Change(PolicyTexts.Change("IpDestAddr All4", "IpDestAddrGroupRef Many"), "   IpFilterRuleRef KeyTraffic\n", string.Concat(Enumerable.Repeat("   IpFilterRuleRef KeyTraffic\n", 1000)));
        Assert.Equal(ConfigRule.TooLarge, Assert.Single(PolicyTexts.Refuse(text + "IpAddrGroup Many\n{\n" + addresses + "}\n").Shown).Rule);
        using var model = PolicyTexts.Compile(text + "IpAddrGroup Many\n{\n" + addresses[(addresses.IndexOf('}', StringComparison.Ordinal) + 2)..] + "}\n");
        Assert.Equal(1001, model.Spd.Rules.Count);
    }

    [Fact]
    public void Policy_WithoutFilterPolicy_IsRefused() =>
        Assert.Contains(PolicyTexts.Refuse("IpAddr A\n{\n   Addr 10.0.0.1\n}\n").Shown, e => e is { Rule: ConfigRule.Missing, Position.Line: 0 } && e.Text.Contains("IpFilterPolicy", StringComparison.Ordinal));

    [Theory]
    [InlineData("Protocol UDP", "Protocol icmp", "   SourcePortRange ▶500")]
    public void Service_PortsWithoutProtocolOfPorts_PointsAtThem(string old, string replacement, string portLine)
    {
        var text = PolicyTexts.Change(PolicyTexts.Change(old, replacement), "   SourcePortRange 500", portLine);
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(text, "   DestinationPortRange 500\n", ""), ConfigRule.ServiceShape, "protocol 1 has none");
    }

    [Theory]
    [InlineData("Routing Local", "Type ▶8", "Type and Code need")]
    [InlineData("Routing Local", "Code ▶0", "Type and Code need")]
    public void Service_IcmpTypeWithUdp_PointsAtIt(string old, string replacement, string wording) =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change(old, replacement), ConfigRule.ServiceShape, wording);

    [Fact]
    public void Service_CodeWithoutType_PointsAtIt() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("   Protocol UDP\n   SourcePortRange 500\n   DestinationPortRange 500\n", "   Protocol icmp\n   Code ▶1\n"), ConfigRule.ServiceShape, "needs a Type");

    [Theory]
    [InlineData("IpDestAddr All4", "IpDestAddr 2001:db8::1")]
    [InlineData("IpDestAddr All4", "IpDestAddr All6")]
    public void Rule_MixedAddressFamilies_IsRefused(string old, string replacement)
    {
        var errors = PolicyTexts.Refuse(PolicyTexts.Change(old, replacement));
        Assert.All(errors.Shown, e => Assert.Equal(ConfigRule.AddressFamily, e.Rule));
        Assert.Equal([10, 11], errors.Shown.Select(e => e.Position.Line));
    }

    [Fact]
    public void Rule_Icmpv6BetweenIpv4Hosts_IsRefused() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("IpServiceRef UdpIke", "▶IpService\n   {\n      Protocol icmpv6\n   }"), ConfigRule.AddressFamily, "can never fit");

    [Fact]
    public void Rule_RangeAcrossFamilies_IsRefused() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("IpDestAddr All4", "IpDestAddr ▶10.0.0.1-2001:db8::1"), ConfigRule.AddressFamily, "begins in one IP version");

    [Fact]
    public void Rule_ProtectWithoutVpnAction_PointsAtItsAction() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("MustProtect\n   IpManVpnActionRef EeTunnel\n", "▶MustProtect\n"), ConfigRule.RuleAction, "needs IpManVpnActionRef");

    [Fact]
    public void Rule_PermitWithVpnAction_PointsAtIt() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("PermitQuiet\n}\nIpFilterRule EeProtected", "PermitQuiet\n   IpManVpnActionRef ▶EeTunnel\n}\nIpFilterRule EeProtected"), ConfigRule.RuleAction, "is not IpSec");

    [Fact]
    public void Rule_LogDenyWithoutIpSec_PointsAtIt() =>
        PolicyTexts.RefusesAtMark(PolicyTexts.Change("IpFilterAction Permit", "IpFilterAction Permit\n   IpFilterLogging ▶LogDeny"), ConfigRule.RuleAction, "belong to IpFilterAction IpSec");

    [Fact]
    public void Rule_BehindOneThatCoversIt_Warns() =>
        PolicyTexts.WarnsAtMark(
            PolicyTexts.Change("   IpDestAddr All4\n   IpServiceRef UdpIke\n", "   IpDestAddr All4\n").Replace("IpFilterRule EeProtected", "▶IpFilterRule EeProtected", StringComparison.Ordinal).Replace("IpService UdpIke", "IpService UdpUnused", StringComparison.Ordinal),
            ConfigRule.Shadowed,
            "EeProtected never decides");

    [Theory]
    [InlineData("IpDestAddr All4", "IpDestAddr ▶10.0.0.5/24", ConfigRule.Ignored, "the prefix is 10.0.0.0/24")]
    [InlineData("FilterLogging on", "RFC4301Compliance ▶no", ConfigRule.Ignored, "RFC4301Compliance")]
    [InlineData("Routing Local", "Routing ▶Either", ConfigRule.Unsupported, "Either works as Local")]
    [InlineData("Direction BiDirectional", "Direction ▶Inbound", ConfigRule.ServiceShape, "this host's side")]
    [InlineData("# Enterprise", "▶IpAddr Spare\n{\n   Addr 10.0.0.1\n}\n#", ConfigRule.Ignored, "IpAddr Spare is never used")]
    public void Policy_AllowedButProbablyNotMeant_Warns(string old, string replacement, ConfigRule rule, string wording) =>
        PolicyTexts.WarnsAtMark(PolicyTexts.Change(old, replacement), rule, wording);

    [Fact]
    public void Policy_ManyFaults_AreAllToldInOrder()
    {
        var text = PolicyTexts.Change(PolicyTexts.Change(PolicyTexts.Change("Protocol UDP", "Protocol nonsense"), "EspInboundSpi 4098", "EspInboundSpi 7"), "IpFilterRuleRef KeyTraffic", "IpFilterRuleRef Nobody");
        Assert.Equal([ConfigRule.DanglingReference, ConfigRule.Value, ConfigRule.Spi], PolicyTexts.Refuse(text).Shown.Select(e => e.Rule));
    }
}
