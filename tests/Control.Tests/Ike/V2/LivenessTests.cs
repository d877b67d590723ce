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

    // A peer whose packets come through a child is not asked; once they stop, it is.
    [Fact]
    public void Silence_ButPacketsComeThroughAChild_IsNotAsked()
    {
        using var ends = Given.Established(model => model.LocalId == Given.LeftId ? Watched(model) : model);
        var traffic = new Counted();
        ends.Left.Traffic = traffic;
        var before = ends.Sent.Count;
        for (var i = 0; i < 40; i++)
        {
            traffic.Packets++;
            ends.Run(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(before, ends.Sent.Count);
        ends.Run(TimeSpan.FromMinutes(2));
        Assert.InRange(ends.Sent.Count - before, 4, 8);
    }

    // Packets that came before the peer died do not keep it alive for ever.
    [Fact]
    public void Silence_AfterPackets_StillFindsAPeerThatIsGone()
    {
        using var ends = Given.Established(model => model.LocalId == Given.LeftId ? Watched(model) : model);
        ends.Left.Traffic = new Counted { Packets = 1000 };
        ends.Script = _ => LinkFate.Lost;
        ends.Run(TimeSpan.FromMinutes(6));

        Assert.Empty(ends.Left.Inbound);
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

    private sealed class Counted : IInboundTraffic
    {
        public long Packets { get; set; }

        public long PacketsOf(uint inboundSpi) => Packets;
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
