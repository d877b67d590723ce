using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>A session takes another's place: at no moment is sealed with what the peer has not, or not any more.</summary>
public sealed class HandoverTests
{
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(30);

    private static LinkedEndpoints Reauthenticating() => Given.Established(model => model with
    {
        Reauthenticates = model.LocalId == Given.LeftId,
        Lifetime = model.LocalId == Given.LeftId ? new(Half, 0, TimeSpan.FromMinutes(40)) : new(TimeSpan.Zero, 0, TimeSpan.FromHours(2)),
    });

    [Theory]
    [InlineData(1)]
    [InlineData(400)]
    [InlineData(1900)]
    public void Reauthentication_OnASlowLink_NeverSealsWithWhatThePeerHasNot(int milliseconds)
    {
        using var ends = Reauthenticating();
        ends.Script = _ => LinkFate.Late(TimeSpan.FromMilliseconds(milliseconds));
        var watch = FlowWatch.Over(ends);
        ends.Run(TimeSpan.FromMinutes(31));

        watch.Settle();
        Assert.Equal("reauthenticated", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason);
    }

    // The answer to IKE_AUTH may be lost: the responder waits with the new child for a sign that the peer has it.
    [Fact]
    public void Responder_AnswerLost_GoesOnWithTheFormerChild()
    {
        using var ends = Reauthenticating();
        var lost = 0;
        ends.Script = datagram => !datagram.FromLeft && datagram.IsResponse(ExchangeType.IkeAuth) && lost++ == 0 ? LinkFate.Lost : LinkFate.Arrives;
        var watch = FlowWatch.Over(ends);
        ends.Run(TimeSpan.FromMinutes(31));

        Assert.Equal(2, lost);
        watch.Settle();
    }

    [Fact]
    public void Responder_SeesPacketsThroughTheNewChild_SealsWithIt()
    {
        using var ends = Reauthenticating();
        var former = ends.Right.Sealer!.InboundSpi;
        ends.Run(Half - TimeSpan.FromMilliseconds(500));
        Assert.Equal(2, ends.Right.Inbound.Count);
        Assert.Equal(former, ends.Right.Sealer.InboundSpi);

        ends.Right.Traffic = new TakenPackets(spi => spi == former ? 0 : 1);
        ends.Run(TimeSpan.FromMilliseconds(300));
        Assert.NotEqual(former, ends.Right.Sealer.InboundSpi);
        Assert.Equal(former, ends.Right.Of<IkeEvent.OutboundReady>().Last().Former is { } spi ? ends.Right.Of<IkeEvent.ChildInstalled>().First(installed => installed.Child.OutboundSpi == spi).Child.InboundSpi : 0);
    }

    [Fact]
    public void Responder_HearsThePeerInTheNewIkeSa_SealsWithTheNewChild()
    {
        using var ends = Reauthenticating();
        var former = ends.Right.Sealer!.InboundSpi;
        ends.Run(Half - TimeSpan.FromMilliseconds(500));
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Of<IkeEvent.IkeSaEstablished>().Last().Spis));
        ends.Run(TimeSpan.FromMilliseconds(10));

        Assert.NotEqual(former, ends.Right.Sealer.InboundSpi);
    }

    [Fact]
    public void Responder_WithoutASign_SealsWithTheNewChildAfterFiveSeconds()
    {
        using var ends = Reauthenticating();
        var former = ends.Right.Sealer!.InboundSpi;
        ends.Script = datagram => datagram.IsRequest(ExchangeType.Informational) ? LinkFate.Lost : LinkFate.Arrives;
        ends.Run(Half + TimeSpan.FromSeconds(3));
        Assert.Equal(former, ends.Right.Sealer.InboundSpi);
        ends.Run(TimeSpan.FromSeconds(3));
        Assert.NotEqual(former, ends.Right.Sealer.InboundSpi);
    }

    // strongSwan takes a deleted IKE SA's children down when the delete is answered; the answer comes after what was sealed with them.
    [Fact]
    public void Delete_OfASessionThatHasASuccessor_IsAnsweredAfterWhatWasUnderWay()
    {
        using var ends = Reauthenticating();
        var former = ends.Left.Endpoint.Established[0];
        var watch = FlowWatch.Over(ends);
        ends.Run(Half - TimeSpan.FromMilliseconds(500));
        ends.Order(ends.Left, new IkeCommand.Close(former));
        var asked = ends.Now;
        ends.Run(TimeSpan.FromSeconds(3));

        watch.Settle();
        Assert.True(ends.Sent.Any(sent => !sent.Datagram.FromLeft && sent.Datagram.Header.InitiatorSpi == former.Initiator && sent.Datagram.IsResponse(ExchangeType.Informational)), string.Join('\n', ends.Transcript));
        var answered = ends.Sent.Last(sent => !sent.Datagram.FromLeft && sent.Datagram.Header.InitiatorSpi == former.Initiator && sent.Datagram.IsResponse(ExchangeType.Informational)).At;
        Assert.InRange(answered - asked, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
        Assert.Empty(ends.Left.Of<IkeEvent.Retransmitted>());
    }

    [Fact]
    public void Delete_OfTheOnlySession_IsAnsweredAtOnce()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.Close(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMilliseconds(10));

        Assert.True(ends.Sent[^1].Datagram.IsResponse(ExchangeType.Informational));
    }

    // The later session ends first: the former one's child is sealed with again, by a successor with fresh keys.
    [Fact]
    public void LaterSession_EndsFirst_TheFormerCarriesOn()
    {
        using var ends = Reauthenticating();
        ends.Run(Half + TimeSpan.FromSeconds(3));
        ends.Order(ends.Left, new IkeCommand.Close(ends.Left.Of<IkeEvent.IkeSaEstablished>().Last().Spis));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.NotNull(ends.Left.Sealer);
        Assert.NotNull(ends.Right.Sealer);
        Assert.Equal(ends.Left.Of<IkeEvent.OutboundReady>().Count(), ends.Left.Of<IkeEvent.OutboundReady>().Select(ready => ready.Child.OutboundSpi).Distinct().Count());
    }

    // CREATE_CHILD_SA for the same child from both ends at once: one stays, the same at both.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Child_AskedForByBothAtOnce_IsOneAtTheEnd(int seed)
    {
        using var ends = Given.Established(model => model with { Children = [Given.Child(model.LocalId == Given.LeftId), Second(model.LocalId == Given.LeftId)] }, seed);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "second"));
        ends.Order(ends.Right, new IkeCommand.Initiate("peer", "second"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 2);
        Assert.Equal(ends.Left.Sealer!.InboundSpi, ends.Right.Sealer!.OutboundSpi);
        Assert.Equal(ends.Left.Sealer.OutboundSpi, ends.Right.Sealer.InboundSpi);
    }

    private static ChildModel Second(bool isLeft) => Given.Child(isLeft, "second") with { Selectors = [isLeft ? Given.Traffic("10.3.0.0", "10.4.0.0") : Given.Traffic("10.4.0.0", "10.3.0.0")] };
}
