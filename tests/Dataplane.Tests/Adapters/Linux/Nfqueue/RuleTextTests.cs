using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Ports.Divert;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class RuleTextTests
{
    private static readonly IpAddress Local = IpAddress.ReadV4([10, 0, 0, 1]);
    private static readonly IpAddress Remote = IpAddress.ReadV4([10, 0, 0, 2]);

    [Fact]
    public void LeavingRules_AnyProtocol_SendsTcpToTheQueueOfSuperframes()
    {
        var rules = Text(Selector(null)).LeavingRules();
        Assert.Contains("-s 10.0.0.1 -d 10.0.0.2 -p 6 -j NFQUEUE --queue-num 4950", rules);
        Assert.Equal("-s 10.0.0.1 -d 10.0.0.2 -j NFQUEUE --queue-num 4951", rules[^1]);
    }

    [Fact]
    public void LeavingRules_Ports_FragmentsThatShowNoneAreTakenToo()
    {
        var rules = Text(Selector(IpProtocol.Udp, new PortRange(12000, 12004))).LeavingRules();
        Assert.Contains("-s 10.0.0.1 -d 10.0.0.2 -p 17 -m udp --dport 12000:12004 -j NFQUEUE --queue-num 4951", rules);
        Assert.Contains("-s 10.0.0.1 -d 10.0.0.2 -p 17 -f -j NFQUEUE --queue-num 4951", rules);
    }

    [Fact]
    public void ArrivingRules_Ports_AreSeenFromTheOtherSide()
    {
        var rules = Text(Selector(IpProtocol.Tcp, PortRange.Of(80))).ArrivingRules();
        Assert.Contains("-s 10.0.0.2 -d 10.0.0.1 -p 6 -m tcp --sport 80:80 -j NFQUEUE --queue-num 4952", rules);
    }

    [Fact]
    public void LeavingRules_SelectorWithinAnother_IsNoRuleOfItsOwn()
    {
        var wide = Selector(IpProtocol.Udp);
        var narrow = Selector(IpProtocol.Udp, PortRange.Of(53));
        Assert.Equal(Text(wide).LeavingRules(), Text(wide, narrow, narrow).LeavingRules());
    }

    [Fact]
    public void LeavingRules_PortsWithoutProtocol_TakesAllRatherThanLess()
    {
        var rules = Text(Selector(null, PortRange.Of(53))).LeavingRules();
        Assert.Equal("-s 10.0.0.1 -d 10.0.0.2 -j NFQUEUE --queue-num 4951", rules[^1]);
    }

    [Fact]
    public void LeavingRules_RangesAndAnything_AreMatchedOrLeftOut()
    {
        var range = new AddressRange(Remote, IpAddress.ReadV4([10, 0, 0, 9]));
        var rules = Text(new TrafficSelector(AddressRange.AnyV4, range, IpProtocol.Icmp, PortRange.OfIcmp(8, null), PortRange.OfIcmp(8, null))).LeavingRules();
        Assert.Contains("-m iprange --dst-range 10.0.0.2-10.0.0.9 -p 1 -m icmp --icmp-type 8 -j NFQUEUE --queue-num 4951", rules);
    }

    [Fact]
    public void LeavingRules_Mark_ComesBeforeEverythingElse()
    {
        var rules = Text(Selector(null)).LeavingRules();
        Assert.Equal(["-m mark --mark 0x49500000 -j RETURN", "-m mark --mark 0x49500001 -o lo -j RETURN", "-m mark --mark 0x49500001 -j DROP"], rules.Take(3));
        Assert.All(rules.Where(rule => rule.Contains("NFQUEUE", StringComparison.Ordinal)), rule => Assert.DoesNotContain("bypass", rule, StringComparison.Ordinal));
    }

    [Fact]
    public void ArrivingRules_Encapsulated_AreLeftToTheSocket()
    {
        var options = Options() with { Plan = Plan() with { Protected = [new CipherFlow(Local, Remote, 4500)] } };
        var rules = new RuleText(options, options.Plan, IpVersion.V4).ArrivingRules();
        Assert.Contains("-s 10.0.0.2 -d 10.0.0.1 -p udp -m udp --dport 4500 -j RETURN", rules);
        Assert.DoesNotContain(rules, rule => rule.Contains("-p esp", StringComparison.Ordinal));
    }

    [Fact]
    public void ArrivingRules_KeysAreNegotiated_FragmentsAreJoinedBeforePortsAreAskedFor()
    {
        var options = Options() with { Plan = Plan(Selector(null)) with { LeavesIke = true } };
        var rules = new RuleText(options, options.Plan, IpVersion.V4).ArrivingRules();
        Assert.Contains("-i lo -p udp -m socket -j RETURN", rules);
        Assert.DoesNotContain("-i lo -p udp -m socket -j RETURN", Text(Selector(null)).ArrivingRules());
    }

    [Theory]
    [InlineData(IpVersion.V4)]
    [InlineData(IpVersion.V6)]
    public void Rules_Ike_StaysWithTheHostByItsOwnPortWhateverThePeersIs(IpVersion version)
    {
        var rules = new RuleText(Options(), Plan(), version);
        foreach (var (chain, own) in new[] { (rules.LeavingRules(), "sport"), (rules.ArrivingRules(), "dport") })
        {
            Assert.Contains($"-p udp -m udp --{own} 500 -j RETURN", chain);
            Assert.Equal(2, chain.Count(rule => rule.StartsWith($"-p udp -m udp --{own} 4500 -m ", StringComparison.Ordinal)));
            Assert.DoesNotContain(chain, rule => rule.Contains(own == "sport" ? "dport" : "sport", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(IpVersion.V4, "0>>21&0x7=1:7")]
    [InlineData(IpVersion.V6, "0>>25&0x7=1:7")]
    public void LeavingRules_Marked_HaveQueuesOfTheirOwnAskedForFirst(IpVersion version, string marked)
    {
        var any = version == IpVersion.V4 ? AddressRange.AnyV4 : AddressRange.AnyV6;
        var options = Options() with { Plan = Plan(new TrafficSelector(any, any, null, PortRange.Any, PortRange.Any)) };
        var queues = new RuleText(options, options.Plan, version).LeavingRules().Where(rule => rule.Contains("NFQUEUE", StringComparison.Ordinal));
        Assert.Equal(
            [
                $"-p 6 -m u32 --u32 \"{marked}\" -j NFQUEUE --queue-num 4953", "-p 6 -j NFQUEUE --queue-num 4950",
                $"-m u32 --u32 \"{marked}\" -j NFQUEUE --queue-num 4954", "-j NFQUEUE --queue-num 4951",
            ],
            queues);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ArrivingRules_Marked_HaveAQueueOfTheirOwnWhereArrivalsAreSorted(bool sorts)
    {
        var options = Options() with { SortsArrivals = sorts, Plan = Plan() with { Protected = [new CipherFlow(Local, Remote, null)] } };
        var rules = new RuleText(options, options.Plan, IpVersion.V4).ArrivingRules();
        var sorted = rules.Where(rule => rule.EndsWith("-m u32 --u32 \"0>>21&0x7=1:7\" -j NFQUEUE --queue-num 4955", StringComparison.Ordinal)).ToArray();
        var others = rules.Where(rule => rule.EndsWith("-j NFQUEUE --queue-num 4952", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["-p esp", "-p ah", "-p icmp"], others.Select(rule => rule[rule.IndexOf("-p ", StringComparison.Ordinal)..].Split(' ')).Select(words => $"{words[0]} {words[1]}"));
        Assert.Equal(sorts ? others.Length : 0, sorted.Length);
        Assert.All(sorted, rule => Assert.True(rules.ToList().IndexOf(rule) < rules.ToList().IndexOf(others[Array.IndexOf(sorted, rule)])));
    }

    [Fact]
    public void Targets_SeveralQueuesAndFailOpen_AreSaid()
    {
        var options = Options() with { Queues = 4, FailsOpen = true, Plan = Plan(Selector(IpProtocol.Tcp)) };
        Assert.Equal("-s 10.0.0.1 -d 10.0.0.2 -p 6 -j NFQUEUE --queue-balance 4950:4953 --queue-bypass", new RuleText(options, options.Plan, IpVersion.V4).LeavingRules()[^1]);
    }

    [Fact]
    public void Write_ForTheOtherVersion_NamesNoAddressOfThis()
    {
        var options = Options() with { Plan = Plan(Selector(null)) };
        Assert.DoesNotContain("10.0.0", new RuleText(options, options.Plan, IpVersion.V6).Write([]), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_JumpsThatExist_AreExchangedInTheSameTransaction()
    {
        var text = Text(Selector(null)).Write([new FoundJump("raw", "PREROUTING -j IPSECDP-IN")]);
        var raw = text[text.IndexOf("*raw", StringComparison.Ordinal)..];
        Assert.Contains("-D PREROUTING -j IPSECDP-IN\n", raw, StringComparison.Ordinal);
        Assert.True(raw.IndexOf("-D ", StringComparison.Ordinal) < raw.IndexOf("-I PREROUTING", StringComparison.Ordinal));
        Assert.Equal(2, text.Split("COMMIT").Length - 1);
    }

    private static TrafficSelector Selector(byte? protocol, PortRange? remotePorts = null) =>
        new(AddressRange.Of(Local), AddressRange.Of(Remote), protocol, PortRange.Any, remotePorts ?? PortRange.Any);

    private static DivertPlan Plan(params TrafficSelector[] selectors) => new() { Outbound = selectors, Inbound = selectors, Protected = [new CipherFlow(Local, Remote, null)] };

    private static NfqueueOptions Options() => new() { Plan = Plan() };

    private static RuleText Text(params TrafficSelector[] selectors) => new(Options(), Plan(selectors), IpVersion.V4);
}
