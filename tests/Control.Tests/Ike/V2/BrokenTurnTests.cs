using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Failures;
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
        Assert.Equal("the dice are broken", Assert.Single(ends.Right.Of<IkeEvent.Refused>()).Error!.Message);
        Assert.Empty(ends.Right.Of<IkeEvent.Faulted>());
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

    // RFC 7296 §2.21.1: anybody can send what costs this program an error; before the ICV nothing of the IKE SA may go by it.
    [Fact]
    public void Datagram_NobodyProvedAndThatFails_CostsItselfOnly()
    {
        using var ends = Given.Established();
        var spis = ends.Left.Endpoint.Established.Single();
        // Keys that are gone make the very look at the ICV fail.
        ends.Left.Endpoint.Host.Index.Find(spis.Initiator)!.Protection!.Inbound.Dispose();
        var before = ends.Left.Endpoint.WakeAt;
        for (var i = 0; i < 3; i++)
        {
            ends.Inject(ends.Left, Forged.FromRight, Forged.Sealed(spis, isFromInitiator: false, messageId: 0));
        }

        var refused = ends.Left.Of<IkeEvent.Refused>().ToList();
        Assert.Equal([IkeFault.ErrorHere, IkeFault.ErrorHere, IkeFault.ErrorHere], refused.Select(r => r.Failure.Fault));
        Assert.All(refused, r => Assert.IsType<ObjectDisposedException>(r.Error));
        Assert.Empty(ends.Left.Of<IkeEvent.Faulted>());
        Assert.Single(ends.Left.Inbound);
        Assert.Equal(spis, ends.Left.Endpoint.Established.Single());
        Assert.Equal(before, ends.Left.Endpoint.WakeAt);
    }

    [Fact]
    public void Datagram_ThatWasProvedAndFails_CostsTheIkeSa()
    {
        using var ends = Given.Established();
        ends.Left.Dice.IsBroken = true;
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal("the dice are broken", Assert.Single(ends.Left.Of<IkeEvent.Faulted>()).Fault.Message);
        Assert.DoesNotContain(ends.Left.Of<IkeEvent.Refused>(), refused => refused.Failure.Fault == IkeFault.ErrorHere);
        Assert.Empty(ends.Left.Inbound);
        Assert.Empty(ends.Left.Endpoint.Established);
    }

    // Whoever sees the first request may answer it first; what his answer costs this program, the right answer is still taken.
    [Fact]
    public void FirstAnswer_ThatFails_LeavesTheRequestWaiting()
    {
        using var ends = Given.Ends();
        var answers = 0;
        ends.Script = datagram =>
        {
            ends.Left.Dice.IsBroken = datagram is { FromLeft: false, Header.Exchange: ExchangeType.IkeSaInit } && ++answers == 1;
            return LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(IkeFault.ErrorHere, Assert.Single(ends.Left.Of<IkeEvent.Refused>()).Failure.Fault);
        Assert.Equal(1, ends.Left.Endpoint.Count);
        Assert.Empty(ends.Left.Of<IkeEvent.Faulted>());

        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, answers);
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
