using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;
using IpsecDp.Wire.Transport;

namespace Dataplane.Tests.Ipsec.Spd;

/// <summary>Bypass, discard and protect by address, port, type and code; order; what fits none; the flow cache behind a new policy.</summary>
public sealed class PolicyTests
{
    private const string A = "192.0.2.10";
    private const string B = "198.51.100.20";

    [Fact]
    public void Rules_InOrder_TheFirstThatFitsDecides()
    {
        using var pair = new SteppedPair();
        pair.A.Plane.Publish(new SpdModel(
        [
            Rule("one host in clear", PolicyAction.Bypass, Udp(PortRange.Any, PortRange.Of(53))),
            Rule("a range denied", PolicyAction.Discard, Udp(PortRange.Any, new PortRange(50, 60))),
            Rule("the rest of UDP", PolicyAction.Protect, Udp(PortRange.Any, PortRange.Any)),
        ]));
        foreach (var (port, outcome) in new (ushort, string)[] { (53, "clear"), (49, "sealed"), (50, "denied"), (60, "denied"), (61, "sealed") })
        {
            var sent = pair.A.Send(PacketBuilder.Udp(A, B, 1000, port).Build());
            Assert.Equal(outcome, sent.Count == 1 ? "sealed" : pair.A.Cipher.Passed.Count == 1 ? "clear" : "denied");
            pair.A.Cipher.Passed.Clear();
        }

        Assert.Empty(pair.A.Send(PacketBuilder.Tcp(A, B, 1, 53).Build()));
        Assert.Equal((2L, 1L, 1L), (pair.A.Dropped(DropReason.PolicyDiscard), pair.A.Dropped(DropReason.NoRule), pair.A.Plane.Snapshot().BypassedOut));
    }

    [Fact]
    public void AddressRanges_EndsIncluded_AndNeighboursNot()
    {
        using var pair = new SteppedPair();
        var range = new AddressRange(TestSa.Address("10.0.0.10"), TestSa.Address("10.0.0.20"));
        pair.A.Plane.Publish(new SpdModel([new SpdRule { Name = "range", Selectors = [new TrafficSelector(AddressRange.AnyV4, range, null, PortRange.Any, PortRange.Any)], Action = PolicyAction.Bypass }]));
        foreach (var (host, passes) in new[] { (9, false), (10, true), (15, true), (20, true), (21, false) })
        {
            pair.A.Send(PacketBuilder.Udp(A, $"10.0.0.{host}", 1, 2).Build());
            Assert.True(pair.A.Cipher.Passed.Count == (passes ? 1 : 0), $"host {host}");
            pair.A.Cipher.Passed.Clear();
        }

        pair.A.Send(PacketBuilder.Udp("2001:db8::1", "2001:db8::2", 1, 2).Build());
        Assert.Equal(3, pair.A.Dropped(DropReason.NoRule));
    }

    [Fact]
    public void Icmp_TypeAndCode_ArePorts()
    {
        using var pair = new SteppedPair();
        TrafficSelector Icmp(PortRange types) => new(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Icmp, types, types);
        pair.A.Plane.Publish(new SpdModel(
        [
            Rule("echo", PolicyAction.Bypass, Icmp(PortRange.OfIcmp(IcmpType.Echo, null))),
            Rule("host unreachable", PolicyAction.Bypass, Icmp(PortRange.OfIcmp(IcmpType.Unreachable, 1))),
        ]));
        foreach (var (type, code, passes) in new (byte, byte, bool)[] { (8, 0, true), (8, 7, true), (0, 0, false), (3, 1, true), (3, 0, false), (3, 2, false), (9, 0, false) })
        {
            pair.A.Send(PacketBuilder.Icmp(A, B, type, code).Payload(PacketBuilder.Udp(B, A, 1, 2).Build()).Build());
            Assert.True(pair.A.Cipher.Passed.Count == (passes ? 1 : 0), $"type {type} code {code}");
            pair.A.Cipher.Passed.Clear();
        }
    }

    [Theory]
    [InlineData(A, B, IcmpType.Unreachable, IcmpType.ProhibitedCode)]
    [InlineData("2001:db8::a", "2001:db8::b", IcmpType.V6Unreachable, IcmpType.V6ProhibitedCode)]
    public void Discard_WithIcmp_TellsTheSenderAndNoOneElse(string from, string to, byte type, byte code)
    {
        using var host = new SteppedHost();
        host.Plane.Publish(new SpdModel([new SpdRule { Name = "no", Selectors = [TestSa.Any(AddressRange.AnyV4), TestSa.Any(AddressRange.AnyV6)], Action = PolicyAction.Discard, DiscardsWithIcmp = true }]));
        Assert.Empty(host.Send(PacketBuilder.Udp(from, to, 1, 2).Payload(10).Build()));
        var answer = Assert.Single(host.Clear.Take());
        Assert.True(IpPacketView.TryView(answer, out var view) && view.Destination.ToString() == from);
        Assert.Equal((type, code), (view.Payload[0], view.Payload[1]));
        // An error is not answered by an error.
        Assert.Empty(host.Send(answer));
        Assert.Empty(host.Clear.Take());
        Assert.Equal((2L, 0), (host.Dropped(DropReason.PolicyDiscard), host.Outstanding));

        host.Plane.Publish(new SpdModel([new SpdRule { Name = "no", Selectors = [TestSa.Any(AddressRange.AnyV4), TestSa.Any(AddressRange.AnyV6)], Action = PolicyAction.Discard }]));
        Assert.Empty(host.Send(PacketBuilder.Udp(from, to, 1, 2).Payload(10).Build()));
        Assert.Empty(host.Clear.Take());
    }

    [Fact]
    public void Direction_OfARule_IsTheOnlyOneItSees()
    {
        using var host = new SteppedHost();
        host.Plane.Publish(new SpdModel([Rule("out", PolicyAction.Bypass, TestSa.Any(AddressRange.AnyV4)) with { Direction = RuleDirection.Outbound }]));
        host.Send(PacketBuilder.Udp(A, B, 1, 2).Build());
        Assert.Single(host.Cipher.Passed);
        Assert.Empty(host.Receive(PacketBuilder.Udp(B, A, 2, 1).Build()));
        Assert.Equal(1, host.Dropped(DropReason.NoRule));
    }

    [Fact]
    public void FlowCache_AfterEveryPublish_AnswersFromTheNewPolicy()
    {
        using var host = new SteppedHost();
        var packet = PacketBuilder.Udp(A, B, 1, 2).Build();
        for (var round = 0; round < 3; round++)
        {
            host.Plane.Publish(new SpdModel([Rule("let", PolicyAction.Bypass, TestSa.Any(AddressRange.AnyV4))]));
            host.Send(packet, packet, packet);
            Assert.Equal(3, host.Cipher.Passed.Count);
            // The cache answered for two of them.
            Assert.Equal(1, host.Plane.Snapshot().RuleHits["let"]);
            host.Cipher.Passed.Clear();
            host.Plane.Publish(new SpdModel([Rule("deny", PolicyAction.Discard, TestSa.Any(AddressRange.AnyV4))]));
            host.Send(packet, packet);
            Assert.Empty(host.Cipher.Passed);
        }

        Assert.Equal(6, host.Dropped(DropReason.PolicyDiscard));
    }

    [Fact]
    public void FlowCache_OfManyMoreFlowsThanItHolds_NeverAnswersForAnother()
    {
        using var host = new SteppedHost();
        host.Plane.Publish(new SpdModel([Rule("even", PolicyAction.Bypass, [.. Enumerable.Range(0, 128).Select(i => Udp(PortRange.Any, PortRange.Of((ushort)(i * 2))))])]));
        for (var round = 0; round < 2; round++)
        {
            for (var port = 0; port < 20_000; port++)
            {
                host.Send(PacketBuilder.Udp(A, B, (ushort)port, (ushort)(port % 256)).Build());
            }
        }

        Assert.Equal((20_000L, 20_000), (host.Dropped(DropReason.NoRule), host.Cipher.Passed.Count));
        Assert.All(host.Cipher.Passed, packet => Assert.Equal(0, packet[23] % 2));
    }

    private static SpdRule Rule(string name, PolicyAction action, params IReadOnlyList<TrafficSelector> selectors) =>
        new() { Name = name, Selectors = selectors, Action = action, Tunnel = action == PolicyAction.Protect ? TestSa.Tunnel : null };

    private static TrafficSelector Udp(PortRange local, PortRange remote) => new(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Udp, local, remote);
}
