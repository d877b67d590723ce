using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class LivenessTests
{
    private static ConnectionModel Watched(ConnectionModel model) => model with { Liveness = TimeSpan.FromSeconds(30) };

    [Fact]
    public void Silence_PeerLives_IsAskedAndNothingChanges()
    {
        using var ends = Given.Established(Watched);
        ends.Run(TimeSpan.FromMinutes(10));

        Agreed.Hold(ends, children: 1);
        Assert.InRange(ends.Sent.Count, 40, 90);
        Assert.Empty(ends.Left.Of<IkeEvent.Retransmitted>());
    }

    [Fact]
    public void Silence_PeerIsGone_EndsTheSessionAndAnAutomaticChildComesBack()
    {
        using var ends = Given.Established(model => model.LocalId == Given.LeftId ? Watched(model) with { Children = [Given.Child(true) with { Start = ChildStart.Automatic }] } : model);
        ends.Right.Restart(Given.Model(Given.Connection(false)));
        ends.Script = datagram => datagram.FromLeft ? LinkFate.Lost : LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(5));
        Assert.Empty(ends.Left.Inbound);
        Assert.Equal("the peer does not answer", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason);

        ends.Script = _ => LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(5));
        Agreed.Hold(ends, children: 1);
    }

    // The peer forgot everything and says so outside of any SA: nothing proves that, so nothing ends before the schedule does.
    [Fact]
    public void InvalidIkeSpi_FromARestartedPeer_TearsNothingDownAtOnce()
    {
        using var ends = Given.Established(Watched);
        ends.Right.Restart(Given.Model(Given.Connection(false)));
        ends.Run(TimeSpan.FromSeconds(40));

        Assert.Single(ends.Left.Inbound);
        Assert.NotEmpty(ends.Left.Of<IkeEvent.Refused>());
        ends.Run(TimeSpan.FromMinutes(5));
        Assert.Empty(ends.Left.Inbound);
    }
}
