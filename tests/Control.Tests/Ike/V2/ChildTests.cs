using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2;

public sealed class ChildTests
{
    // IKE_AUTH ← { IDr, AUTH, N(TS_UNACCEPTABLE) } or N(NO_PROPOSAL_CHOSEN): the IKE SA stands (RFC 7296 §1.2).
    [Theory]
    [InlineData(true, "TS_UNACCEPTABLE")]
    [InlineData(false, "NO_PROPOSAL_CHOSEN")]
    public void Child_RefusedInAuth_LeavesTheIkeSaStanding(bool isTraffic, string notify)
    {
        using var ends = Given.Ends(right: model => model with
        {
            Children = [isTraffic ? Given.Child(false) with { Selectors = [Given.Traffic("10.7.0.0", "10.8.0.0")] } : Given.Child(false) with { Offers = [Aes128] }],
        });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Single(ends.Left.Endpoint.Established);
        Assert.Single(ends.Right.Endpoint.Established);
        Assert.Contains(notify, Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.Ordinal);
    }

    // N(NON_FIRST_FRAGMENTS_ALSO) → ← N(NON_FIRST_FRAGMENTS_ALSO), where selectors name ports (RFC 7296 §1.3.1).
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void LaterFragments_WithPorts_TravelOnlyWhereBothEndsTakeThem(bool left, bool right, bool both)
    {
        ConnectionModel Ports(ConnectionModel model) => model with
        {
            Children = [Given.Child(model.LocalId == Given.LeftId) with { TakesLaterFragments = model.LocalId == Given.LeftId ? left : right, Selectors = [PortsOf(model.Children[0].Selectors[0])] }],
        };
        using var ends = Given.Established(Ports);

        Assert.Equal((both, both), (ends.Left.Inbound.Values.Single().TakesLaterFragments, ends.Right.Inbound.Values.Single().TakesLaterFragments));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((both, both), (ends.Left.Sealing!.TakesLaterFragments, ends.Right.Sealing!.TakesLaterFragments));
    }

    [Fact]
    public void LaterFragments_WithoutPorts_AlwaysTravel()
    {
        using var ends = Given.Established(model => model with { Children = [model.Children[0] with { TakesLaterFragments = false }] });

        Assert.True(ends.Left.Inbound.Values.Single().TakesLaterFragments && ends.Right.Inbound.Values.Single().TakesLaterFragments);
    }

    // N(ESP_TFC_PADDING_NOT_SUPPORTED): behind a transport header padding cannot be told from the payload (RFC 7296 §1.3.1, RFC 4303 §2.7).
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Padding_InTransportMode_IsRefusedToThePeer(bool isTransport)
    {
        using var ends = Given.Established(model => model with { Children = [model.Children[0] with { IsTransport = isTransport, Selectors = [Host(model.LocalId == Given.LeftId)] }] });

        Assert.Equal((!isTransport, !isTransport), (ends.Left.Inbound.Values.Single().TakesPadding, ends.Right.Inbound.Values.Single().TakesPadding));
    }

    private static TrafficSelector PortsOf(TrafficSelector all) => new(all.Local, all.Remote, 17, PortRange.Of(5000), PortRange.Any);

    private static TrafficSelector Host(bool isLeft) => new(
        AddressRange.Of(isLeft ? Given.LeftAddress : Given.RightAddress), AddressRange.Of(isLeft ? Given.RightAddress : Given.LeftAddress), null, PortRange.Any, PortRange.Any);

    [Fact]
    public void Traffic_ResponderAllowsLess_IsNarrowed()
    {
        using var ends = Given.Ends(right: model => model with
        {
            Children = [Given.Child(false) with { Selectors = [new(AddressRange.Prefix(Given.Address("10.2.3.0"), 24), AddressRange.Prefix(Given.Address("10.1.0.0"), 16), 6, PortRange.Any, PortRange.Any)] }],
        });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        var selector = Assert.Single(ends.Left.Inbound.Values.Single().Selectors);
        Assert.Equal((AddressRange.Prefix(Given.Address("10.2.3.0"), 24), (byte?)6), (selector.Remote, selector.Protocol));
    }

    // TSi = { the packet's, all }: of two rules the responder takes the one that allows the packet (RFC 7296 §2.9).
    [Fact]
    public void Traffic_PacketThatAsked_DecidesWhichRuleIsTaken()
    {
        ValueList<TrafficSelector> rules = [Given.Traffic("10.5.0.0", "10.1.0.0"), Given.Traffic("10.6.0.0", "10.1.0.0")];
        using var ends = Given.Ends(
            left: model => model with { Children = [Given.Child(true) with { Selectors = [new(AddressRange.Prefix(Given.Address("10.1.0.0"), 16), AddressRange.AnyV4, null, PortRange.Any, PortRange.Any)] }] },
            right: model => model with { Children = [Given.Child(false, "five") with { Selectors = [rules[0]] }, Given.Child(false, "six") with { Selectors = [rules[1]] }] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net", new FlowKey(Given.Address("10.1.0.9"), Given.Address("10.6.0.1"), 6, 1024, 80, true)));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Contains(ends.Left.Inbound.Values.Single().Selectors, selector => selector.Remote.Contains(Given.Address("10.6.0.1")));
    }

    [Theory]
    [InlineData(true, true, true, 1)]
    [InlineData(true, false, true, 1)]
    [InlineData(true, false, false, 0)]
    public void Transport_AskedFor_IsGrantedOrNot(bool left, bool right, bool takesOther, int children)
    {
        ConnectionModel With(ConnectionModel model, bool isTransport) => model with
        {
            Children = [Given.Child(model.LocalId == Given.LeftId) with { IsTransport = isTransport, TakesOtherMode = takesOther, Selectors = [Hosts(model.LocalId == Given.LeftId)] }],
        };
        using var ends = Given.Ends(model => With(model, left), model => With(model, right));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children);
        Assert.All(ends.Left.Inbound.Values, child => Assert.Equal(left && right, child.IsTransport));
        Assert.Single(ends.Left.Endpoint.Established);
    }

    [Fact]
    public void Children_MoreThanTheLimit_AreRefused()
    {
        using var ends = new LinkedEndpoints(Given.Model(Many(Given.Connection(true))), Given.Model(Many(Given.Connection(false))) with { Limits = new() { Children = 3 } });
        for (var i = 0; i < 6; i++)
        {
            ends.Order(ends.Left, new IkeCommand.Initiate("peer", $"c{i}"));
        }

        ends.Run(TimeSpan.FromMinutes(1));
        Agreed.Hold(ends, children: 3);
    }

    [Fact]
    public void Reload_WhatDidNotChange_StaysAndWhatIsGoneGoes()
    {
        using var ends = Given.Established();
        var before = ends.Sent.Count;
        ends.Order(ends.Left, new IkeCommand.Reload(Given.Model(Given.Connection(true))));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
        Assert.Equal(before, ends.Sent.Count);

        ends.Order(ends.Left, new IkeCommand.Reload(Given.Model(Given.Connection(true) with { Children = [] })));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 0);
        Assert.Single(ends.Left.Endpoint.Established);

        ends.Order(ends.Left, new IkeCommand.Reload(IkeModel.Empty));
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    [Fact]
    public void Reauthentication_BeforeTheOldOneIsBroken_NoMomentIsWithoutAChild()
    {
        using var ends = Given.Established(model => model with { Reauthenticates = true, Lifetime = new(TimeSpan.FromMinutes(30), 0.1, TimeSpan.FromMinutes(40)) });
        var former = ends.Left.Endpoint.Established[0];
        ends.Script = _ =>
        {
            Assert.NotEmpty(ends.Left.Inbound);
            Assert.NotEmpty(ends.Right.Inbound);
            return LinkFate.Arrives;
        };
        ends.Run(TimeSpan.FromMinutes(35));

        Agreed.Hold(ends, children: 1);
        Assert.NotEqual(former, Assert.Single(ends.Left.Endpoint.Established));
        Assert.Equal(2, ends.Right.Of<IkeEvent.IkeSaEstablished>().Count());
        Assert.Equal((1, 1), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));

        // What the peer sent before it heard of the end still comes in; where nothing carries on there is nothing to wait for.
        IEnumerable<TimeSpan> Graces() => ends.Left.Of<IkeEvent.ChildRemoved>().Concat(ends.Right.Of<IkeEvent.ChildRemoved>()).Select(removed => removed.Grace);
        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)], Graces());
        ends.Script = _ => LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.CloseAll());
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Graces().Count(grace => grace == TimeSpan.Zero));
    }

    // RFC 7296 §2.8.3: what was sealed with the old SAs before the new ones took over still finds somebody who opens it.
    [Fact]
    public void Reauthentication_OldSession_OutlivesTheChangeByWhatMayBeUnderWay()
    {
        using var ends = Given.Established(model => model with { Reauthenticates = true, Lifetime = new(TimeSpan.FromMinutes(30), Jitter: 0, TimeSpan.FromMinutes(40)) });
        var (former, left) = (ends.Left.Sealing!, 3600);
        while (ends.Left.Of<IkeEvent.IkeSaEstablished>().Count() < 2 && left-- > 0)
        {
            ends.Run(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((2, 2), (ends.Left.Inbound.Count, ends.Right.Inbound.Count));
        Assert.NotEqual(former.OutboundSpi, ends.Left.Sealing!.OutboundSpi);
        ends.Run(TimeSpan.FromSeconds(3));
        Assert.Equal((2, 2), (ends.Left.Inbound.Count, ends.Right.Inbound.Count));
        ends.Run(TimeSpan.FromSeconds(3));
        Assert.Equal((1, 1), (ends.Left.Inbound.Count, ends.Right.Inbound.Count));
        Assert.Equal("reauthenticated", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason);
    }

    private static IpsecDp.Ike.Negotiation.Offer Aes128 => new(IpsecDp.Ike.Messages.Proposals.ProtocolId.Esp,
        [IpsecDp.Ike.Negotiation.Transforms.Encryption("aes-128-gcm-16"), IpsecDp.Ike.Negotiation.Transforms.PlainNumbers]);

    private static TrafficSelector Hosts(bool isLeft) => new(
        AddressRange.Of(isLeft ? Given.LeftAddress : Given.RightAddress), AddressRange.Of(isLeft ? Given.RightAddress : Given.LeftAddress), null, PortRange.Any, PortRange.Any);

    private static ConnectionModel Many(ConnectionModel model) => model with
    {
        Children = [.. Enumerable.Range(0, 6).Select(i => Given.Child(model.LocalId == Given.LeftId, $"c{i}"))],
    };
}
