using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class RekeyChildTests
{
    private static ConnectionModel Secret(ConnectionModel model) => model with { Children = [Given.Child(model.LocalId == Given.LeftId) with { Offers = [Given.EspOffer("ecp-256")] }] };

    // CREATE_CHILD_SA { N(REKEY_SA), SA, Ni, [KE,] TSi, TSr } →  ← { SA, Nr, [KE,] TSi, TSr };  INFORMATIONAL { D } →  ← { D }
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void RekeyChild_FromEitherEnd_NoMomentIsWithoutAChild(bool fromLeft, bool withSecrecy)
    {
        using var ends = Given.Established(withSecrecy ? Secret : null);
        var end = fromLeft ? ends.Left : ends.Right;
        var former = end.Inbound.Keys.Single();
        ends.Script = _ =>
        {
            Agreed.Seal(ends);
            return LinkFate.Arrives;
        };
        ends.Order(end, new IkeCommand.RekeyChild(former));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.DoesNotContain(former, end.Inbound.Keys);
        Assert.Equal(PeerGrace, Assert.Single(end.Of<IkeEvent.ChildRemoved>()).Grace);
        Assert.Equal(2, ends.Left.Of<IkeEvent.OutboundReady>().Count());
        Assert.Equal(2, ends.Right.Of<IkeEvent.OutboundReady>().Count());
        Assert.NotNull(ends.Right.Of<IkeEvent.OutboundReady>().Last().Former);
    }

    [Theory]
    [InlineData(ExchangeType.CreateChildSa, false)]
    [InlineData(ExchangeType.CreateChildSa, true)]
    [InlineData(ExchangeType.Informational, false)]
    [InlineData(ExchangeType.Informational, true)]
    public void RekeyChild_OneMessageLost_BothAgree(ExchangeType exchange, bool isResponse)
    {
        using var ends = Given.Established();
        var lost = 0;
        ends.Script = datagram =>
        {
            Agreed.Seal(ends);
            return datagram.Header.Exchange == exchange && datagram.Header.IsResponse == isResponse && lost++ == 0 ? LinkFate.Lost : LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(10));

        Agreed.Hold(ends, children: 1);
    }

    // Both at once: of the two successors the one with the lowest nonce goes (RFC 7296 §2.8.1).
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void RekeyChild_FromBothAtOnce_OneSuccessorStays(int seed)
    {
        using var ends = Given.Established(seed: seed);
        ends.Script = _ =>
        {
            Agreed.Seal(ends);
            return LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(5));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(3, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildRemoved>().Count());
        Assert.Equal(2, ends.Right.Of<IkeEvent.ChildRemoved>().Count());
    }

    // One request is late, so that its sender deletes, or has its successor, before the other sees it (RFC 7296 §2.25.1).
    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [InlineData(500, 3)]
    [InlineData(1500, 4)]
    [InlineData(4000, 5)]
    public void RekeyChild_FromBothOneLate_BothAgree(int late, int seed)
    {
        using var ends = Given.Established(seed: seed);
        ends.Script = datagram =>
        {
            Agreed.Seal(ends);
            return datagram.FromLeft && datagram.IsRequest(ExchangeType.CreateChildSa) ? LinkFate.Late(TimeSpan.FromMilliseconds(late)) : LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(30));

        Agreed.Hold(ends, children: 1);
    }

    // One end deletes what the other replaces: TEMPORARY_FAILURE or CHILD_SA_NOT_FOUND, and none is left.
    [Fact]
    public void RekeyChild_WhileThePeerDeletesIt_BothAgree()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Order(ends.Right, new IkeCommand.DeleteChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(30));

        Assert.Equal(ends.Left.Inbound.Count, ends.Right.Inbound.Count);
        Agreed.Hold(ends, ends.Left.Inbound.Count);
    }

    [Fact]
    public void RekeyChild_ByAge_HappensBeforeItsEnd()
    {
        using var ends = Given.Established();
        ends.Run(TimeSpan.FromHours(5));

        Agreed.Hold(ends, children: 1);
        Assert.InRange(ends.Left.Of<IkeEvent.ChildInstalled>().Count(), 5, 12);
        Assert.All(ends.Left.Of<IkeEvent.ChildRemoved>(), removed => Assert.NotEqual("its life ended", removed.Reason));
    }

    [Fact]
    public void Expiry_PeerIsCutOff_EndsTheChildAtItsHardLife()
    {
        using var ends = Given.Established(model => model with { Children = [Given.Child(model.LocalId == Given.LeftId) with { Lifetime = new(TimeSpan.Zero, 0, TimeSpan.FromMinutes(10)) }] });
        ends.Run(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(2));
        Agreed.Hold(ends, children: 1);
        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 0);
    }

    // CREATE_CHILD_SA { N(REKEY_SA), SA, Ni, KE(ecp-256), … } →  ← { N(INVALID_KE_PAYLOAD) };  again with the group the peer wants.
    [Fact]
    public void RekeyChild_PeerWantsAnotherGroup_IsAskedAgainWithIt()
    {
        using var ends = Given.Ends(
            left: model => model with { Children = [Given.Child(true) with { Offers = [Given.EspOffer("ecp-256", "curve25519")] }] },
            right: model => model with { Children = [Given.Child(false) with { Offers = [Given.EspOffer("curve25519")] }] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, ends.Sent.Count(sent => sent.Datagram.IsRequest(ExchangeType.CreateChildSa)));
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
    }

    private static TimeSpan PeerGrace => TimeSpan.FromSeconds(5);
}
