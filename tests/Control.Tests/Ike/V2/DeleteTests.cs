using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;

namespace Control.Tests.Ike.V2;

public sealed class DeleteTests
{
    // INFORMATIONAL { D(ESP, spi) } →  ← { D(ESP, spi) }
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DeleteChild_FromEitherEnd_GoesAtBothAndTheIkeSaStands(bool fromLeft)
    {
        using var ends = Given.Established();
        var end = fromLeft ? ends.Left : ends.Right;
        ends.Order(end, new IkeCommand.DeleteChild(end.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 0);
        Assert.Single(ends.Left.Endpoint.Established);
        Assert.Single(ends.Right.Endpoint.Established);
    }

    // Both at once: neither names the other half again (RFC 7296 §1.4.1).
    // RFC 7296 §2.25.2: deletes that cross are both answered, and each end still hears its answer.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deletes_ThatCross_AreBothAnsweredAndHeard(bool isFirstAnswerLost)
    {
        using var ends = Given.Established();
        var answers = 0;
        ends.Script = datagram => datagram is { FromLeft: false, Header.IsResponse: true } && ++answers == 1 && isFirstAnswerLost ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.CloseAll());
        ends.Order(ends.Right, new IkeCommand.CloseAll());
        Assert.True(ends.Left.Endpoint.AwaitsAnswers && ends.Right.Endpoint.AwaitsAnswers);
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((isFirstAnswerLost, false), (ends.Left.Endpoint.AwaitsAnswers, ends.Right.Endpoint.AwaitsAnswers));
        ends.Run(TimeSpan.FromSeconds(2));
        Assert.False(ends.Left.Endpoint.AwaitsAnswers);
        Assert.Empty(ends.Left.Of<IkeEvent.Refused>());
        Assert.Empty(ends.Right.Of<IkeEvent.Refused>());
        ends.Run(TimeSpan.FromSeconds(60));
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    // The other end's delete came, and then nobody: the answer is not waited for like that of a peer that lives.
    [Fact]
    public void Delete_WhoseAnswerNeverComes_EndsWithThePeersOwn()
    {
        using var ends = Given.Established();
        ends.Script = datagram => datagram is { FromLeft: false, Header.IsResponse: true } ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.CloseAll());
        ends.Order(ends.Right, new IkeCommand.CloseAll());
        ends.Run(TimeSpan.FromSeconds(40));
        Assert.Equal(0, ends.Left.Endpoint.Count);
        Assert.Empty(ends.Left.Of<IkeEvent.GivenUp>());
    }

    [Fact]
    public void DeleteChild_FromBothAtOnce_GoesOnce()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.DeleteChild(ends.Left.Inbound.Keys.Single()));
        ends.Order(ends.Right, new IkeCommand.DeleteChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 0);
        Assert.Single(ends.Left.Of<IkeEvent.ChildRemoved>());
        Assert.Single(ends.Right.Of<IkeEvent.ChildRemoved>());
    }

    // INFORMATIONAL { D(IKE) } →  ← { }
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Close_FromEitherOrBothEnds_EndsAllAtBoth(bool fromLeft, bool fromBoth)
    {
        using var ends = Given.Established();
        var spis = ends.Left.Endpoint.Established[0];
        ends.Order(fromLeft ? ends.Left : ends.Right, new IkeCommand.Close(spis));
        if (fromBoth)
        {
            ends.Order(ends.Right, new IkeCommand.Close(spis));
        }

        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Equal(spis, Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Spis);
        Assert.Equal(spis, Assert.Single(ends.Right.Of<IkeEvent.IkeSaClosed>()).Spis);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_RequestOrResponseLost_EndsAllAtBoth(bool isResponse)
    {
        using var ends = Given.Established();
        var lost = 0;
        ends.Script = datagram => datagram.Header.Exchange == ExchangeType.Informational && datagram.Header.IsResponse == isResponse && lost++ < 2 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.CloseAll());
        ends.Run(TimeSpan.FromMinutes(5));

        Agreed.Hold(ends, children: 0);
        Assert.Empty(ends.Left.Of<IkeEvent.GivenUp>());
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    // A request is under way when the end is ordered: the window is one, so the delete waits for its answer.
    [Fact]
    public void Close_WhileAProbeIsOut_WaitsForItsAnswer()
    {
        using var ends = Given.Established();
        var spis = ends.Left.Endpoint.Established[0];
        ends.Order(ends.Left, new IkeCommand.Probe(spis));
        ends.Order(ends.Left, new IkeCommand.Close(spis));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
        Assert.Empty(ends.Left.Of<IkeEvent.Retransmitted>());
    }

    [Fact]
    public void Close_ASecondChild_GoesToo()
    {
        using var ends = Given.Established(model => model with { Children = [Given.Child(model.LocalId == Given.LeftId), Given.Child(model.LocalId == Given.LeftId, "more")] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "more"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 2);

        ends.Order(ends.Right, new IkeCommand.CloseAll("peer"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 0);
    }
}
