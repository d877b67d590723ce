using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class SimultaneousStartTests
{
    private static ConnectionModel Automatic(ConnectionModel model) => model with { Children = [Given.Child(model.LocalId == Given.LeftId) with { Start = ChildStart.Automatic }] };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 900)]
    public void Start_FromBothAtOnce_OneSessionStays(int seed, int late)
    {
        using var ends = Given.Ends(Automatic, Automatic, seed);
        ends.Script = datagram => datagram.FromLeft ? LinkFate.Late(TimeSpan.FromMilliseconds(late)) : LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(3));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
    }

    // Both end the same one of the two, ten seconds later, after both seal with the other.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 400)]
    [InlineData(4, 400)]
    [InlineData(5, 1500)]
    [InlineData(6, 1500)]
    public void Start_FromBothAtOnce_LosesNothingOnTheWayToOneSession(int seed, int late)
    {
        using var ends = Given.Ends(Automatic, Automatic, seed);
        ends.Script = datagram => datagram.FromLeft ? LinkFate.Late(TimeSpan.FromMilliseconds(late)) : LinkFate.Arrives;
        FlowWatch? watch = null;
        for (var step = 0; step < 2000; step++)
        {
            ends.Run(TimeSpan.FromMilliseconds(10));
            watch ??= ends.Left.Inbound.Count + ends.Right.Inbound.Count == 4 ? FlowWatch.Over(ends) : null;
            watch?.Look();
        }

        Assert.NotNull(watch);
        watch.Settle();
        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
        Assert.Equal(2, ends.Left.Of<IkeEvent.IkeSaEstablished>().Count());
    }

    // What only one end wants is not lost with the session that goes.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Start_FromBothAtOnceOfDifferentChildren_AllStandInTheOneThatStays(int seed)
    {
        using var ends = Given.Ends(model => Two(model, automatic: "net"), model => Two(model, automatic: "second"), seed);
        ends.Run(TimeSpan.FromSeconds(20));

        Agreed.Hold(ends, children: 2);
        Assert.Equal(["net", "second"], ends.Left.Inbound.Values.Select(child => child.Model.Name).Order());
        Assert.Single(ends.Right.Endpoint.Established);
    }

    private static ConnectionModel Two(ConnectionModel model, string automatic)
    {
        var isLeft = model.LocalId == Given.LeftId;
        ChildModel[] children = [Given.Child(isLeft), Given.Child(isLeft, "second") with { Selectors = [isLeft ? Given.Traffic("10.3.0.0", "10.4.0.0") : Given.Traffic("10.4.0.0", "10.3.0.0")] }];
        return model with { Children = [.. children.Select(child => child with { Start = child.Name == automatic ? ChildStart.Automatic : ChildStart.ByCommand })] };
    }

    // N(INITIAL_CONTACT): the peer that was restarted has nothing else, so what is left of it here goes at once.
    [Fact]
    public void Start_AfterACrash_ReplacesWhatWasLeft()
    {
        using var ends = Given.Established();
        ends.Left.Restart(Given.Model(Given.Connection(true)));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal("the peer began anew", Assert.Single(ends.Right.Of<IkeEvent.IkeSaClosed>()).Reason);
    }

    [Fact]
    public void Initiate_TwiceByPackets_MakesOneChild()
    {
        using var ends = Given.Ends();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
    }
}
