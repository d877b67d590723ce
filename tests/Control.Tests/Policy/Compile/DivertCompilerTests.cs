using System.Globalization;
using System.Text;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Compile;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Policy.Compile;

public sealed class DivertCompilerTests
{
    private const int Policies = 300;
    private const int PacketsPerPolicy = 200;

    // Few values, so that random rules and random packets meet, overlap and cover each other.
    private static readonly string[] Addresses4 = ["192.0.2.1", "192.0.2.2", "192.0.2.0/30", "192.0.2.0-192.0.2.5", "198.51.100.0/24", "198.51.100.9", "All4"];
    private static readonly string[] Addresses6 = ["2001:db8::1", "2001:db8::/126", "2001:db8:1::/48", "2001:db8:1::9", "All6"];
    private static readonly string[] Services = ["", "Protocol tcp", "Protocol udp\nSourcePortRange 12000 12004\nDestinationPortRange 12000 12004", "Protocol tcp\nDestinationPortRange 443", "Protocol udp\nSourcePortRange 53", "Protocol all", "Protocol 50"];
    private static readonly string[] Directions = ["BiDirectional", "Inbound", "Outbound"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Compile_RandomPolicies_TakesEveryPacketThatARuleDoesNotPermit(int seed)
    {
        var random = new Random(seed);
        var (judged, left) = (0, 0);
        for (var round = 0; round < Policies; round++)
        {
            using var policy = CompileText(RandomPolicy(random, deniesRest: false));
            var plan = DivertCompiler.Compile(policy);
            var spd = new SpdSnapshot(policy.Spd, name => new Tunnel(name, 1));
            for (var packet = 0; packet < PacketsPerPolicy; packet++)
            {
                var flow = RandomFlow(random);
                foreach (var direction in new[] { RuleDirection.Outbound, RuleDirection.Inbound })
                {
                    var isTaken = IsTaken(plan, flow, direction);
                    if (spd.Match(flow, direction) is { } rule && rule.Action != PolicyAction.Bypass)
                    {
                        Assert.True(isTaken, $"{direction} {flow} is for rule {rule.Rule.Name} and not in the plan of\n{PolicySummary.Write(policy)}");
                        judged++;
                    }

                    left += isTaken ? 0 : 1;
                }
            }
        }

        // A plan that takes everything would be right and of no use.
        Assert.True(judged > 1000 && left > 1000, $"{judged} were judged, {left} left to the host");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Compile_LastRuleDeniesAll_TakesEveryPacketTheDatabaseWouldNotLetPass(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Policies; round++)
        {
            using var policy = CompileText(RandomPolicy(random, deniesRest: true));
            var plan = DivertCompiler.Compile(policy);
            var spd = new SpdSnapshot(policy.Spd, name => new Tunnel(name, 1));
            for (var packet = 0; packet < PacketsPerPolicy; packet++)
            {
                var flow = RandomFlow(random);
                foreach (var direction in new[] { RuleDirection.Outbound, RuleDirection.Inbound })
                {
                    Assert.True(spd.Match(flow, direction)?.Action == PolicyAction.Bypass || IsTaken(plan, flow, direction), $"{direction} {flow}");
                }
            }
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Compile_LaterFragments_AreReachedWheneverTheyMayBelongToARuleThatDoesNotPermit(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Policies; round++)
        {
            using var policy = CompileText(RandomPolicy(random, deniesRest: false));
            var plan = DivertCompiler.Compile(policy);
            var spd = new SpdSnapshot(policy.Spd, name => new Tunnel(name, 1));
            for (var packet = 0; packet < PacketsPerPolicy; packet++)
            {
                // What the whole packet's ports decide holds for a fragment that does not show them.
                var whole = RandomFlow(random);
                var fragment = whole with { SourcePort = 0, DestinationPort = 0, HasPorts = false };
                if (spd.Match(whole, RuleDirection.Outbound) is { } rule && rule.Action != PolicyAction.Bypass)
                {
                    Assert.Contains(plan.Outbound, selector => selector.ReachesOutbound(fragment));
                }
            }
        }
    }

    [Fact]
    public void Compile_TransportPolicy_TakesTheProtectedPortsAndLeavesThePermittedOnes()
    {
        using var policy = PolicyTexts.Compile(PolicyTexts.Transport);
        var plan = DivertCompiler.Compile(policy);
        var selector = Assert.Single(plan.Outbound);
        Assert.Equal((12000, 12004), (selector.LocalPorts.First, selector.LocalPorts.Last));
        Assert.Equal(plan.Outbound, plan.Inbound);
        Assert.Equal(new CipherFlow(Address("192.0.2.10"), Address("198.51.100.20"), null), Assert.Single(plan.Protected));
    }

    [Fact]
    public void Compile_PermitBeforeAWiderDeny_KeepsTheDeny()
    {
        using var policy = PolicyTexts.Compile(PolicyTexts.Change("   IpFilterRuleRef EeProtected\n", "   IpFilterRuleRef EeProtected\n   IpFilterRuleRef Rest\n")
            + "IpFilterRule Rest\n{\nIpSourceAddr All4\nIpDestAddr All4\nIpGenericFilterAction\n{\nIpFilterAction Deny\n}\n}\n");
        // The protected ports lie inside of it.
        Assert.Equal(AddressRange.AnyV4, Assert.Single(DivertCompiler.Compile(policy).Outbound).Local);
    }

    [Fact]
    public void Compile_DenyBehindAPermitOfTheSame_TakesNothingForIt()
    {
        using var policy = CompileText(Rule("First", "192.0.2.1", "All4", "", "BiDirectional", "Permit") + Rule("Second", "192.0.2.1", "198.51.100.9", "Protocol tcp", "BiDirectional", "Deny") + PolicyOf(["First", "Second"]));
        Assert.Empty(DivertCompiler.Compile(policy).Outbound);
    }

    [Fact]
    public void Compile_RulesOfOneDirection_AreTakenThatWayOnly()
    {
        using var policy = CompileText(Rule("In", "192.0.2.1", "All4", "Protocol tcp", "Inbound", "Deny") + Rule("Out", "192.0.2.1", "All4", "Protocol udp", "Outbound", "Deny") + PolicyOf(["In", "Out"]));
        var plan = DivertCompiler.Compile(policy);
        Assert.Equal(IpProtocol.Udp, Assert.Single(plan.Outbound).Protocol);
        Assert.Equal(IpProtocol.Tcp, Assert.Single(plan.Inbound).Protocol);
    }

    [Fact]
    public void Compile_ImplicitDiscardThatIsToBeTold_DoesNotTakeTheWholeHost()
    {
        using var policy = PolicyTexts.Compile(PolicyTexts.Change("FilterLogging on", "ImplicitDiscardAction ICMP"));
        Assert.Single(DivertCompiler.Compile(policy).Outbound);
    }

    [Fact]
    public void Compile_WrittenRuleNamedLikeTheImplicitOne_IsTaken()
    {
        using var policy = CompileText(Rule(SpdModel.ImplicitDiscardName, "All4", "All4", "", "BiDirectional", "Deny") + PolicyOf([SpdModel.ImplicitDiscardName]));
        Assert.Equal(AddressRange.AnyV4, Assert.Single(DivertCompiler.Compile(policy).Outbound).Local);
    }

    [Fact]
    public void Compile_TunnelInUdp_NamesItsPort()
    {
        using var policy = PolicyTexts.Compile(PolicyTexts.Change("HowToEncap Transport", "UdpEncapsulation Yes 4501 4500\n   HowToEncap Transport"));
        Assert.Equal((ushort)4501, Assert.Single(DivertCompiler.Compile(policy).Protected).UdpPort);
    }

    [Fact]
    public void Compile_NegotiatedTunnel_IsTakenFromTheStartInEitherEncapsulationAndLeavesIke()
    {
        using var policy = PolicyTexts.Compile(KeyExchangeTexts.Site);
        var plan = DivertCompiler.Compile(policy);
        Assert.Equal([AddressRange.Prefix(Address("10.1.0.0"), 16), AddressRange.Prefix(Address("fd01::"), 64)], plan.Outbound.Select(selector => selector.Local));
        Assert.Equal(plan.Outbound, plan.Inbound);
        Assert.Equal([new CipherFlow(Address("192.0.2.1"), Address("192.0.2.2"), null), new CipherFlow(Address("192.0.2.1"), Address("192.0.2.2"), 4500)], plan.Protected);
        Assert.True(plan.LeavesIke);
        using var manual = PolicyTexts.Compile(PolicyTexts.Transport);
        Assert.False(DivertCompiler.Compile(manual).LeavesIke);
        Assert.True(DivertCompiler.Join(DivertCompiler.Compile(manual), plan).LeavesIke);
    }

    [Fact]
    public void Compile_ManySelectors_EndsWithAllOfThem()
    {
        const int Hosts = 3000;
        var text = new StringBuilder("IpAddrGroup Hosts\n{\n");
        for (var host = 0; host < Hosts; host++)
        {
            text.Append(CultureInfo.InvariantCulture, $"IpAddr\n{{\nAddr 198.18.{host / 250}.{host % 250}\n}}\n");
        }

        text.Append("}\nIpFilterRule Many\n{\nIpSourceAddr 192.0.2.1\nIpDestAddrGroupRef Hosts\nIpGenericFilterAction\n{\nIpFilterAction Deny\n}\n}\n").Append(PolicyOf(["Many"]));
        using var policy = CompileText(text.ToString());
        Assert.Equal(Hosts, DivertCompiler.Compile(policy).Outbound.Count);
    }

    [Fact]
    public void Join_TwoPlans_TakesWhatEitherTakesOnce()
    {
        using var transport = PolicyTexts.Compile(PolicyTexts.Transport);
        using var other = CompileText(Rule("Tcp", "192.0.2.10", "198.51.100.20", "Protocol tcp", "BiDirectional", "Deny") + PolicyOf(["Tcp"]));
        var (first, second) = (DivertCompiler.Compile(transport), DivertCompiler.Compile(other));
        var both = DivertCompiler.Join(first, second);
        Assert.Equal([.. first.Outbound, .. second.Outbound], both.Outbound);
        Assert.Equal(both.Outbound, DivertCompiler.Join(both, first).Outbound);
        Assert.Equal(first.Protected, both.Protected);
    }

    private static bool IsTaken(DivertPlan plan, FlowKey flow, RuleDirection direction) => direction == RuleDirection.Outbound
        ? plan.Outbound.Any(selector => selector.MatchesOutbound(flow))
        : plan.Inbound.Any(selector => selector.MatchesInbound(flow));

    private static PolicyModel CompileText(string text)
    {
        Assert.True(PolicyCompiler.TryCompile(text, PolicyTexts.File, out var model, out var errors), $"{errors}\n{text}");
        return model;
    }

    private static string RandomPolicy(Random random, bool deniesRest)
    {
        var text = new StringBuilder();
        var names = new List<string>();
        for (var rules = random.Next(1, 8); rules > 0; rules--)
        {
            var pool = random.Next(3) == 0 ? Addresses6 : Addresses4;
            names.Add(string.Create(CultureInfo.InvariantCulture, $"Rule{names.Count}"));
            text.Append(Rule(names[^1], Pick(pool, random), Pick(pool, random), Pick(Services, random), Pick(Directions, random), random.Next(2) == 0 ? "Permit" : "Deny"));
        }

        if (deniesRest)
        {
            names.Add("Rest");
            text.Append(Rule("Rest", "All", "All", "", "BiDirectional", "Deny"));
        }

        return text.Append(PolicyOf(names)).ToString();
    }

    private static string PolicyOf(IReadOnlyList<string> rules) => $"IpFilterPolicy\n{{\n{string.Concat(rules.Select(name => $"IpFilterRuleRef {name}\n"))}}}\n";

    private static string Rule(string name, string source, string destination, string service, string direction, string action) => $$"""
        IpFilterRule {{name}}
        {
        IpSourceAddr {{source}}
        IpDestAddr {{destination}}
        IpService
        {
        {{(service.Length == 0 ? "Protocol all" : service)}}
        Direction {{direction}}
        }
        IpGenericFilterAction
        {
        IpFilterAction {{action}}
        }
        }

        """;

    private static FlowKey RandomFlow(Random random)
    {
        var isV4 = random.Next(3) > 0;
        string[] addresses = isV4 ? ["192.0.2.1", "192.0.2.2", "192.0.2.5", "192.0.2.6", "198.51.100.9", "203.0.113.1"] : ["2001:db8::1", "2001:db8::2", "2001:db8:1::9", "2001:db8:2::1"];
        byte[] protocols = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Esp, 89];
        ushort[] ports = [53, 443, 11999, 12000, 12004, 12005, 40000];
        var protocol = protocols[random.Next(protocols.Length)];
        var hasPorts = protocol is IpProtocol.Tcp or IpProtocol.Udp;
        return new FlowKey(
            Address(Pick(addresses, random)),
            Address(Pick(addresses, random)),
            protocol,
            hasPorts ? ports[random.Next(ports.Length)] : (ushort)0,
            hasPorts ? ports[random.Next(ports.Length)] : (ushort)0,
            hasPorts);
    }

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static string Pick(string[] values, Random random) => values[random.Next(values.Length)];
}
