using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.V2;

/// <summary>A policy takes another's place while IKE SAs stand: at every moment of a change that both ends allow, each end has a child that the other takes.</summary>
public sealed class ReloadTests
{
    private static readonly Offer OtherSuite = new(ProtocolId.Esp, [Transforms.Encryption("aes-128-gcm-16"), Transforms.PlainNumbers]);

    [Fact]
    public void Policy_TheSameReadAgain_SendsNothing()
    {
        using var ends = Given.Established();
        var before = ends.Sent.Count;
        Reload(ends, model => model);
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(before, ends.Sent.Count);
    }

    [Fact]
    public void Lifetime_Changed_TouchesNoSa()
    {
        using var ends = Given.Established();
        var before = ends.Sent.Count;
        Reload(ends, model => model with { Lifetime = new(TimeSpan.FromHours(2), 0.1, TimeSpan.FromHours(3)), Keepalive = TimeSpan.FromSeconds(7) });
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(before, ends.Sent.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(20)]
    public void Offers_ChangedAtBothEnds_AreReplacedBeforeTheOldOnesGo(int secondsBetween)
    {
        using var ends = Given.Established();
        var former = ends.Left.Inbound.Values.Single();
        NeverWithout(ends);
        Reload(ends, ends.Left, true, model => model with { Children = [Given.Child(true) with { Offers = [OtherSuite] }] });
        ends.Run(TimeSpan.FromSeconds(secondsBetween));
        Reload(ends, ends.Right, false, model => model with { Children = [Given.Child(false) with { Offers = [OtherSuite] }] });
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        var child = ends.Left.Inbound.Values.Single();
        Assert.NotEqual(former.InboundSpi, child.InboundSpi);
        Assert.Equal(128, child.Suite!.KeyBits);
        Assert.Single(ends.Left.Endpoint.Established);
    }

    // The end that was called is given its policy first: it waits for the other.
    [Fact]
    public void Offers_ChangedAtTheCalledEndFirst_AreReplacedOnce()
    {
        using var ends = Given.Established();
        NeverWithout(ends);
        Reload(ends, ends.Right, false, model => model with { Children = [Given.Child(false) with { Offers = [OtherSuite] }] });
        ends.Run(TimeSpan.FromSeconds(1));
        Reload(ends, ends.Left, true, model => model with { Children = [Given.Child(true) with { Offers = [OtherSuite] }] });
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
    }

    [Fact]
    public void Offers_ChangedAtOneEndOnly_EndTheOldChildAfterAWhile()
    {
        using var ends = Given.Established();
        Reload(ends, ends.Left, true, model => model with { Children = [Given.Child(true) with { Offers = [OtherSuite] }] });
        ends.Run(TimeSpan.FromSeconds(20));
        Agreed.Hold(ends, children: 1);
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Contains(ends.Left.Of<IkeEvent.NegotiationFailed>(), failed => failed.Reason.Contains("NO_PROPOSAL_CHOSEN", StringComparison.Ordinal));
    }

    [Fact]
    public void Traffic_Changed_IsCarriedByTheNewChild()
    {
        using var ends = Given.Established();
        NeverWithout(ends);
        Reload(ends, ends.Left, true, model => model with { Children = [Given.Child(true) with { Selectors = [Given.Traffic("10.1.0.0", "10.2.0.0"), Given.Traffic("10.1.0.0", "10.3.0.0")] }] });
        Reload(ends, ends.Right, false, model => model with { Children = [Given.Child(false) with { Selectors = [Given.Traffic("10.2.0.0", "10.1.0.0"), Given.Traffic("10.3.0.0", "10.1.0.0")] }] });
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, ends.Left.Inbound.Values.Single().Selectors.Count);
    }

    [Fact]
    public void IkeOffers_Changed_ReplaceTheIkeSaAndNoChild()
    {
        using var ends = Given.Established();
        var (sa, child) = (ends.Left.Endpoint.Established.Single(), ends.Left.Inbound.Keys.Single());
        Reload(ends, model => model with { Offers = [new(ProtocolId.Ike, [Transforms.Encryption("aes-128-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519")])] });
        ends.Run(TimeSpan.FromSeconds(10));

        Agreed.Hold(ends, children: 1);
        Assert.NotEqual(sa, ends.Left.Endpoint.Established.Single());
        Assert.Equal(child, ends.Left.Inbound.Keys.Single());
    }

    [Fact]
    public void Secret_ChangedAtTheCalledEndOnly_ClosesTheSessionAfterAMinute()
    {
        using var ends = Given.Established();
        ends.Order(ends.Right, new IkeCommand.Reload(Given.Model(Given.Connection(false, "another") with { Peer = null })));
        ends.Run(TimeSpan.FromSeconds(50));
        Agreed.Hold(ends, children: 1);
        ends.Run(TimeSpan.FromSeconds(11));
        Assert.Equal("the policy changed", Assert.Single(ends.Right.Of<IkeEvent.IkeSaClosed>()).Reason);
        Assert.Empty(ends.Left.Inbound);
    }

    [Fact]
    public void Secret_Changed_WhereThisEndMayStart_KeepsTheOldSessionUntilTheNewOneStands()
    {
        using var ends = Given.Established();
        NeverWithout(ends, seals: false);
        var former = ends.Left.Endpoint.Established.Single();
        ends.Order(ends.Right, new IkeCommand.Reload(Given.Model(Given.Connection(false, "another"))));
        ends.Order(ends.Left, new IkeCommand.Reload(Given.Model(Given.Connection(true, "another"))));
        ends.Run(TimeSpan.FromMinutes(2));

        Agreed.Hold(ends, children: 1);
        Assert.NotEqual(former, ends.Left.Endpoint.Established.Single());
    }

    [Fact]
    public void Secret_ChangedAtOneEndOnly_EndsTheSessionWithinAMinute()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.Reload(Given.Model(Given.Connection(true, "another"))));
        ends.Run(TimeSpan.FromSeconds(50));
        Assert.Contains(ends.Left.Of<IkeEvent.NegotiationFailed>(), failed => failed.Exchange == ExchangeType.IkeAuth);
        Assert.NotEmpty(ends.Left.Inbound);
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Empty(ends.Left.Inbound);
        Assert.Empty(ends.Right.Inbound);
    }

    [Fact]
    public void Connection_Gone_TellsThePeer()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.Reload(IkeModel.Empty));
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
        Assert.Contains(ends.Left.Of<IkeEvent.IkeSaClosed>(), closed => closed.Reason == "the policy has it no more");
    }

    // The policy comes while the peer proves itself: what it proves is held against the new one.
    [Fact]
    public void Policy_ComesInTheMiddleOfAHandshake_IsTheOneThatCounts()
    {
        using var ends = Given.Ends();
        ends.Script = datagram =>
        {
            if (datagram.IsRequest(ExchangeType.IkeAuth))
            {
                ends.Script = _ => LinkFate.Arrives;
                ends.Order(ends.Right, new IkeCommand.Reload(Given.Model(Given.Connection(false, "another"))));
            }

            return LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Empty(ends.Right.Endpoint.Established);
        Assert.Empty(ends.Right.Of<IkeEvent.Faulted>());
    }

    [Fact]
    public void Policy_ComesWhileThisEndStarts_StartsAgainUnderTheNewOne()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Script = _ => LinkFate.Arrives;
        ends.Order(ends.Right, new IkeCommand.Reload(Given.Model(Given.Connection(false, "another"))));
        ends.Order(ends.Left, new IkeCommand.Reload(Given.Model(Given.Connection(true, "another"))));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
    }

    private static void NeverWithout(LinkedEndpoints ends, bool seals = true) => ends.Script = _ =>
    {
        if (seals)
        {
            Agreed.Seal(ends);
        }

        Assert.NotEmpty(ends.Left.Inbound);
        Assert.NotEmpty(ends.Right.Inbound);
        return LinkFate.Arrives;
    };

    private static void Reload(LinkedEndpoints ends, Func<ConnectionModel, ConnectionModel> change)
    {
        Reload(ends, ends.Left, true, change);
        Reload(ends, ends.Right, false, change);
    }

    private static void Reload(LinkedEndpoints ends, LinkedEnd end, bool isLeft, Func<ConnectionModel, ConnectionModel> change) =>
        ends.Order(end, new IkeCommand.Reload(Given.Model(change(Given.Connection(isLeft)))));
}
