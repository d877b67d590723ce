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
