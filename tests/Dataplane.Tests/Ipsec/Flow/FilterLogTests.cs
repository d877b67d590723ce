using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.Flow;

/// <summary>Hits of logged rules: each packet once, a few a second, the rest by number; nothing of rules that are not logged.</summary>
public sealed class FilterLogTests
{
    private const string Here = "192.0.2.10";
    private const string There = "198.51.100.20";

    [Fact]
    public void Rules_OfEveryAction_TellWhatBecameOfThePacketInBothDirections()
    {
        using var host = new SteppedHost(LineForm.Plain);
        host.Plane.Publish(new SpdModel([Rule("pass", PolicyAction.Bypass, 1), Rule("stop", PolicyAction.Discard, 2), Rule("keep", PolicyAction.Protect, 3)]) { LogsImplicitDiscard = true });
        for (ushort port = 1; port <= 4; port++)
        {
            host.Send(Packet(port));
            host.Receive(PacketBuilder.Udp(There, Here, port, 7).Payload(10).Build());
        }

        Assert.Equal(
        [
            "permit pass Outbound 1x38", "permit pass Inbound 1x38",
            "deny PolicyDiscard stop Outbound 1x38", "deny PolicyDiscard stop Inbound 1x38",
            "deny AwaitingSa keep Outbound 1x38", "deny ClearButProtected keep Inbound 1x38",
            "deny NoRule ImplicitDiscard Outbound 1x38", "deny NoRule ImplicitDiscard Inbound 1x38",
        ],
        Hits(host));
    }

    [Theory]
    [InlineData(RuleLogging.None, 0, 0)]
    [InlineData(RuleLogging.Permitted, 3, 0)]
    [InlineData(RuleLogging.Denied, 0, 2)]
    [InlineData(RuleLogging.All, 3, 2)]
    public void ProtectRule_TellsHitsWithAndWithoutAnSaAsAsked(RuleLogging logging, int permitted, int denied)
    {
        using var pair = new SteppedPair(form: LineForm.Plain);
        pair.A.Plane.Publish(new SpdModel([new SpdRule { Name = "keep", Selectors = [TestSa.Any(AddressRange.AnyV4)], Action = PolicyAction.Protect, Tunnel = TestSa.Tunnel, Logging = logging }]));
        // Three of one flow in one batch: each is a hit.
        Assert.Equal(3, pair.A.Send(Packet(1), Packet(1), Packet(1)).Count);
        Assert.True(pair.A.Plane.RemoveOutbound(TestSa.Tunnel));
        pair.A.Send(Packet(1), Packet(1));
        var hits = Hits(pair.A);
        Assert.Equal((permitted, denied), (hits.Count(hit => hit.StartsWith("permit", StringComparison.Ordinal)), hits.Count(hit => hit.StartsWith("deny", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Opened_PacketsOfOneBatch_AreTellEachAtTheReceiver(bool isLogged)
    {
        using var pair = new SteppedPair(form: LineForm.Plain);
        pair.B.Plane.Publish(new SpdModel([new SpdRule { Name = "keep", Selectors = [TestSa.Any(AddressRange.AnyV4)], Action = PolicyAction.Protect, Tunnel = TestSa.Tunnel, Logging = isLogged ? RuleLogging.All : RuleLogging.None }]));
        Assert.Equal(5, pair.Carry([.. Enumerable.Repeat(Packet(1), 5)]).Count);
        Assert.Equal(isLogged ? 5 : 0, Hits(pair.B).Count(hit => hit == "permit keep Inbound 1x38"));
        Assert.Equal(isLogged ? 5 : 0, Hits(pair.B).Count);
    }

    [Fact]
    public void Flood_IsToldAFewTimesASecondAndTheRestByNumber()
    {
        using var host = new SteppedHost(LineForm.Plain);
        host.Plane.Publish(new SpdModel([Rule("stop", PolicyAction.Discard, 2), Rule("also", PolicyAction.Discard, 3)]));
        for (var i = 0; i < 1000; i++)
        {
            host.Send(Packet(2));
        }

        host.Send(Packet(3));
        Assert.Equal((HitLimiter.MostASecond, 1), (Count(host, "deny PolicyDiscard stop"), Count(host, "deny PolicyDiscard also")));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        host.Tick();
        host.Tick();
        Assert.Equal([$"suppressed stop {1000 - HitLimiter.MostASecond}"], host.Events.Told.Where(line => line.StartsWith("suppressed", StringComparison.Ordinal)));
        host.Send(Packet(2));
        Assert.Equal(HitLimiter.MostASecond + 1, Count(host, "deny PolicyDiscard stop"));
    }

    [Fact]
    public void Suppressed_OfAPolicyThatGoes_AreToldBeforeItIsForgotten()
    {
        var host = new SteppedHost(LineForm.Plain);
        host.Plane.Publish(new SpdModel([]) { LogsImplicitDiscard = true });
        host.Send([.. Enumerable.Repeat(Packet(1), 30)]);
        host.Plane.Publish(new SpdModel([]) { LogsImplicitDiscard = true });
        host.Send([.. Enumerable.Repeat(Packet(1), 40)]);
        host.Dispose();
        Assert.Equal([$"suppressed ImplicitDiscard {30 - HitLimiter.MostASecond}", $"suppressed ImplicitDiscard {40 - HitLimiter.MostASecond}"], host.Events.Told.Where(line => line.StartsWith("suppressed", StringComparison.Ordinal)));
    }

    private static int Count(SteppedHost host, string start) => host.Events.Told.Count(line => line.StartsWith(start, StringComparison.Ordinal));

    // Without the flow, and without what else control was told.
    private static List<string> Hits(SteppedHost host) =>
        [.. host.Events.Told.Where(line => line.StartsWith("permit", StringComparison.Ordinal) || line.StartsWith("deny", StringComparison.Ordinal)).Select(line => line[..(line.IndexOf('x', StringComparison.Ordinal) + 3)])];

    private static SpdRule Rule(string name, PolicyAction action, ushort port) => new()
    {
        Name = name,
        Selectors = [new TrafficSelector(AddressRange.AnyV4, AddressRange.AnyV4, IpProtocol.Udp, PortRange.Any, PortRange.Of(port))],
        Action = action,
        Tunnel = action == PolicyAction.Protect ? TestSa.Tunnel : null,
        Logging = RuleLogging.All,
    };

    private static byte[] Packet(ushort port) => PacketBuilder.Udp(Here, There, 7, port).Payload(10).Build();
}
