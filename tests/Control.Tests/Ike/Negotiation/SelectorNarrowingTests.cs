using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Selectors;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.Negotiation;

public sealed class SelectorNarrowingTests
{
    private static readonly TrafficSelector Net = Rule("10.1.0.0/16", "10.2.0.0/16");

    [Fact]
    public void TryNarrow_WiderThanPolicy_IsCutDown()
    {
        var narrowed = Narrow([Net], [Selector("0.0.0.0/0")], [Selector("10.2.3.0/24")]);

        Assert.Equal([Selector("10.1.0.0/16")], narrowed.Local);
        Assert.Equal([Selector("10.2.3.0/24")], narrowed.Remote);
        Assert.False(narrowed.IsMorePossible);
    }

    [Fact]
    public void TryNarrow_NothingInCommon_IsUnacceptable()
    {
        Assert.False(SelectorNarrowing.TryNarrow([Net], Payload(true, Selector("10.9.0.0/16")), Payload(false, Selector("10.2.0.0/16")), false, out _, out var failure));
        Assert.Equal(IkeFault.SelectorsUnacceptable, failure.Fault);
    }

    [Fact]
    public void TryNarrow_PacketThatAsked_DecidesTheRule()
    {
        // RFC 7296 §2.9: policy has two rules that do not go together; the one of the packet is taken.
        TrafficSelector[] rules = [Rule("10.1.0.0/24", "10.2.0.0/24"), Rule("10.1.1.0/24", "10.2.1.0/24")];
        var narrowed = Narrow(rules, [Selector("10.1.1.5/32", 17, 4000), Selector("10.1.0.0/16")], [Selector("10.2.1.6/32", 17, 53), Selector("10.2.0.0/16")]);

        Assert.Equal([Selector("10.1.1.0/24")], narrowed.Local);
        Assert.Equal([Selector("10.2.1.0/24")], narrowed.Remote);
        Assert.True(narrowed.IsMorePossible);
        Assert.Equal(["10.1.1.0/24 port any <> 10.2.1.0/24 port any proto any"], narrowed.ToTrafficSelectors().Select(pair => pair.ToString()));
    }

    [Fact]
    public void TryNarrow_WithoutAPacket_TakesTheFirstRuleThatFits()
    {
        TrafficSelector[] rules = [Rule("10.1.0.0/24", "10.2.0.0/24"), Rule("10.1.1.0/24", "10.2.1.0/24")];

        Assert.Equal([Selector("10.1.0.0/24")], Narrow(rules, [Selector("10.1.0.0/16")], [Selector("10.2.0.0/16")]).Local);
    }

    [Fact]
    public void TryNarrow_RulesOfDifferentProtocols_GoTogetherAsTheyMakeNoPairs()
    {
        TrafficSelector[] rules = [Rule("10.1.0.0/24", "10.2.0.0/24", 6), Rule("10.1.1.0/24", "10.2.1.0/24", 17)];
        var narrowed = Narrow(rules, [Selector("10.1.0.0/16")], [Selector("10.2.0.0/16")]);

        Assert.Equal(rules, narrowed.ToTrafficSelectors());
        Assert.False(narrowed.IsMorePossible);
    }

    [Fact]
    public void TryNarrow_RulesThatGoTogether_AreOneChild()
    {
        TrafficSelector[] rules = [Rule("10.1.0.0/24", "10.2.0.0/24"), Rule("10.1.1.0/24", "10.2.0.0/24"), Rule("10.1.0.0/24", "10.3.0.0/24")];
        var narrowed = Narrow(rules, [Selector("10.0.0.0/8")], [Selector("10.0.0.0/8")]);

        Assert.Equal([Selector("10.1.0.0/24"), Selector("10.1.1.0/24")], narrowed.Local);
        Assert.Equal([Selector("10.2.0.0/24")], narrowed.Remote);
        Assert.True(narrowed.IsMorePossible);
    }

    [Fact]
    public void TryNarrow_PortsAndProtocol_AreIntersected()
    {
        var rule = new TrafficSelector(Range("10.1.0.0/16"), Range("10.2.0.0/16"), 17, new PortRange(12000, 12004), PortRange.Any);
        var narrowed = Narrow([rule], [Selector("10.1.0.0/16", 0, 12002, 13000)], [Selector("10.2.0.0/16")]);

        Assert.Equal([Selector("10.1.0.0/16", 17, 12002, 12004)], narrowed.Local);
        Assert.Equal([Selector("10.2.0.0/16", 17)], narrowed.Remote);
        Assert.False(SelectorNarrowing.TryNarrow([rule], Payload(true, Selector("10.1.0.0/16", 6)), Payload(false, Selector("10.2.0.0/16")), false, out _, out _));
    }

    [Fact]
    public void TryNarrow_OpaquePorts_FitNothing() =>
        Assert.False(SelectorNarrowing.TryNarrow([Net], Payload(true, Selector("10.1.0.0/16", 17, 65535, 0)), Payload(false, Selector("10.2.0.0/16")), false, out _, out _));

    [Fact]
    public void TryNarrow_VersionsMixed_MakeNoPair()
    {
        TrafficSelector[] rules = [Net, new(AddressRange.AnyV6, AddressRange.AnyV6, null, PortRange.Any, PortRange.Any)];
        var narrowed = Narrow(rules, [Selector("10.1.0.0/16"), Selector("2001:db8::/32")], [Selector("10.2.0.0/16"), Selector("2001:db9::/32")]);

        Assert.Equal(2, narrowed.ToTrafficSelectors().Count);
    }

    [Fact]
    public void TryNarrow_SinglePairWanted_NeedsAPacket()
    {
        Assert.False(SelectorNarrowing.TryNarrow([Net], Payload(true, Selector("10.1.0.0/16")), Payload(false, Selector("10.2.0.0/16")), true, out _, out var failure));
        Assert.Equal(IkeFault.SinglePairRequired, failure.Fault);
        Assert.True(SelectorNarrowing.TryNarrow([Net], Payload(true, Selector("10.1.0.1/32", 6, 80), Selector("10.1.0.0/16")), Payload(false, Selector("10.2.0.1/32", 6, 99)), true, out var narrowed, out _));
        Assert.Equal((1, true), (narrowed.ToTrafficSelectors().Count, narrowed.IsMorePossible));
    }

    [Fact]
    public void TryOffer_WithAPacket_PutsItFirst()
    {
        var packet = new FlowKey(Address("10.1.0.5"), Address("10.2.0.6"), 17, 4000, 53, true);

        Assert.True(SelectorNarrowing.TryOffer([Net], packet, out var offered, out _));
        Assert.Equal([Selector("10.1.0.5/32", 17, 4000), Selector("10.1.0.0/16")], offered.Local);
        Assert.Equal([Selector("10.2.0.6/32", 17, 53), Selector("10.2.0.0/16")], offered.Remote);
        Assert.True(SelectorNarrowing.TryOffer([Net], null, out offered, out _));
        Assert.Equal([Selector("10.1.0.0/16")], offered.Local);
    }

    [Theory]
    [InlineData("10.1.0.0/16", "10.2.0.0/16", true)]
    [InlineData("10.1.7.0/24", "10.2.0.0/16", true)]
    [InlineData("10.0.0.0/15", "10.2.0.0/16", false)]
    [InlineData("10.1.0.0/16", "0.0.0.0/0", false)]
    public void TryAccept_Answer_MayNotBeWiderThanTheOffer(string local, string remote, bool isAccepted)
    {
        Assert.True(SelectorNarrowing.TryOffer([Net], null, out var offered, out _));

        Assert.Equal(isAccepted, SelectorNarrowing.TryAccept([Net], offered, Payload(true, Selector(local)), Payload(false, Selector(remote)), out _, out var failure));
        Assert.Equal(isAccepted ? IkeFault.None : IkeFault.SelectorsWidened, failure.Fault);
    }

    [Fact]
    public void TryNarrow_RandomPolicies_AgreesWithPacketsOneByOne()
    {
        // The oracle counts packets: what is chosen fits request and policy, and the packet that asked is inside when both allow it.
        var dice = new Random(7);
        var chosen = 0;
        for (var round = 0; round < 3000; round++)
        {
            TrafficSelector[] rules = [.. Enumerable.Range(0, 1 + dice.Next(4)).Select(_ => RandomRule(dice))];
            IkeSelector[] local = [.. Enumerable.Range(0, 1 + dice.Next(3)).Select(_ => RandomSelector(dice))];
            IkeSelector[] remote = [.. Enumerable.Range(0, 1 + dice.Next(3)).Select(_ => RandomSelector(dice))];
            var isNarrowed = SelectorNarrowing.TryNarrow(rules, Payload(true, local), Payload(false, remote), false, out var narrowed, out _);
            var pairs = narrowed?.ToTrafficSelectors() ?? [];
            chosen += isNarrowed ? 1 : 0;
            var anyAllowed = false;
            foreach (var flow in Flows())
            {
                var isAsked = local.Any(selector => Fits(selector, flow.Source, flow.Protocol, flow.SourcePort)) && remote.Any(selector => Fits(selector, flow.Destination, flow.Protocol, flow.DestinationPort));
                var isAllowed = rules.Any(rule => rule.MatchesOutbound(flow));
                anyAllowed |= isAsked && isAllowed;
                Assert.True(!pairs.Any(pair => pair.MatchesOutbound(flow)) || (isAsked && isAllowed), $"{flow} in round {round}");
            }

            Assert.True(isNarrowed || !anyAllowed, $"round {round}");
        }

        Assert.InRange(chosen, 300, 2999);
    }

    private static IEnumerable<FlowKey> Flows() =>
        from source in Enumerable.Range(0, 8)
        from destination in Enumerable.Range(0, 8)
        from protocol in new byte[] { 6, 17 }
        from port in new ushort[] { 1, 3 }
        select new FlowKey(Small(source), Small(destination), protocol, port, (ushort)(4 - port), true);

    private static bool Fits(IkeSelector selector, IpAddress address, byte protocol, ushort port) =>
        selector.Addresses.Contains(address) && (selector.Protocol == 0 || selector.Protocol == protocol) && selector.Ports.Contains(port);

    private static TrafficSelector RandomRule(Random dice)
    {
        var (local, remote) = (RandomSelector(dice), RandomSelector(dice));
        return new(local.Addresses, remote.Addresses, local.Protocol == 0 ? null : local.Protocol, local.Ports, remote.Ports);
    }

    private static IkeSelector RandomSelector(Random dice)
    {
        var (first, last) = (dice.Next(8), dice.Next(8));
        var ports = dice.Next(3) switch { 0 => PortRange.Of(1), 1 => new PortRange(2, 9), _ => PortRange.Any };
        return new(new(Small(Math.Min(first, last)), Small(Math.Max(first, last))), dice.Next(3) switch { 0 => 6, 1 => 17, _ => 0 }, ports);
    }

    private static IpAddress Small(int number) => new((UInt128)(0x0A000000 + number), IpVersion.V4);

    private static NarrowedSelectors Narrow(TrafficSelector[] rules, IkeSelector[] local, IkeSelector[] remote)
    {
        Assert.True(SelectorNarrowing.TryNarrow(rules, Payload(true, local), Payload(false, remote), false, out var narrowed, out var failure), failure.ToString());
        return narrowed;
    }

    private static SelectorsPayload Payload(bool isInitiator, params IkeSelector[] selectors) => new(isInitiator, [.. selectors]);

    private static TrafficSelector Rule(string local, string remote, byte? protocol = null) => new(Range(local), Range(remote), protocol, PortRange.Any, PortRange.Any);

    private static IkeSelector Selector(string prefix, byte protocol = 0) => new(Range(prefix), protocol, PortRange.Any);

    private static IkeSelector Selector(string prefix, byte protocol, ushort port) => Selector(prefix, protocol, port, port);

    private static IkeSelector Selector(string prefix, byte protocol, ushort first, ushort last) => new(Range(prefix), protocol, new(first, last));

    private static AddressRange Range(string prefix) => AddressRange.Prefix(Address(prefix.Split('/')[0]), int.Parse(prefix.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
