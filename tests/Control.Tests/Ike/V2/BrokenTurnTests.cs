using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>An error of this program in the middle of a turn; here the dice fail.</summary>
public sealed class BrokenTurnTests
{
    [Fact]
    public void Turn_ThatFails_CostsItsIkeSaAndNoOther()
    {
        using var ends = Pair();
        var broken = ends.Left.Endpoint.Children.Single(child => child.Connection == "peer");
        ends.Left.Dice.IsBroken = true;
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(broken.OutboundSpi));
        ends.Run(TimeSpan.FromMilliseconds(100));
        ends.Left.Dice.IsBroken = false;

        var fault = Assert.Single(ends.Left.Of<IkeEvent.Faulted>());
        Assert.Equal(("peer", "the dice are broken"), (fault.Connection, fault.Fault.Message));
        Assert.Equal(["other"], ends.Left.Endpoint.Children.Select(child => child.Connection));
        Assert.Equal(["other"], ends.Left.Inbound.Values.Select(child => child.Connection));

        // The other one goes on.
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count(installed => installed.Child.Connection == "other"));
    }

    [Fact]
    public void FirstRequest_WhoseTurnFails_LeavesNothing()
    {
        using var ends = Given.Ends();
        ends.Right.Dice.IsBroken = true;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Single(ends.Right.Of<IkeEvent.Faulted>());
        Assert.Equal((0, 0), (ends.Right.Endpoint.Count, ends.Right.Endpoint.HalfOpen));

        ends.Right.Dice.IsBroken = false;
        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 1);
    }

    [Fact]
    public void Timer_WhoseTurnFails_DropsTheSessionAndAutomaticChildrenComeBack()
    {
        using var ends = Given.Ends(left: model => model with { Children = [Given.Child(true) with { Start = ChildStart.Automatic, Lifetime = new(TimeSpan.FromMinutes(1), 0, TimeSpan.FromMinutes(5)) }] });
        ends.Run(TimeSpan.FromSeconds(50));
        Agreed.Hold(ends, children: 1);
        ends.Left.Dice.IsBroken = true;
        ends.Run(TimeSpan.FromSeconds(11));
        Assert.NotEmpty(ends.Left.Of<IkeEvent.Faulted>());
        Assert.Empty(ends.Left.Inbound);
        ends.Left.Dice.IsBroken = false;
        ends.Run(TimeSpan.FromSeconds(15));
        Assert.Single(ends.Left.Inbound);
    }

    [Fact]
    public void Proof_WhoseTurnFails_IsNoLongerCountedAsHalfOpen()
    {
        using var ends = Given.Ends();
        ends.Script = datagram =>
        {
            ends.Right.Dice.IsBroken = datagram.IsRequest(ExchangeType.IkeAuth);
            return LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(ends.Right.Of<IkeEvent.Faulted>());
        Assert.Equal((0, 0), (ends.Right.Endpoint.Count, ends.Right.Endpoint.HalfOpen));
        Assert.Empty(ends.Right.Inbound);
    }

    [Fact]
    public void Command_WhoseTurnFails_ChangesNothing()
    {
        using var ends = Given.Ends();
        ends.Left.Dice.IsBroken = true;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        Assert.Single(ends.Left.Of<IkeEvent.Faulted>());
        ends.Left.Dice.IsBroken = false;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
    }

    private static LinkedEndpoints Pair()
    {
        IkeModel Both(bool isLeft) => new()
        {
            Connections = [Given.Connection(isLeft), Given.Connection(isLeft) with { Name = "other", Peer = isLeft ? Given.Address("192.0.2.4") : Given.Address("192.0.2.3"), Own = isLeft ? Given.Address("192.0.2.3") : Given.Address("192.0.2.4"), Local = [IpsecDp.Wire.Selectors.AddressRange.Of(Given.Address(isLeft ? "192.0.2.3" : "192.0.2.4"))] }],
        };
        var ends = new LinkedEndpoints(Both(true), Both(false));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Order(ends.Left, new IkeCommand.Initiate("other", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 2);
        return ends;
    }
}
