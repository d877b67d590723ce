using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;

namespace Control.Tests.Ike.V2;

public sealed class RekeyIkeTests
{
    // CREATE_CHILD_SA { SA, Ni, KE } →  ← { SA, Nr, KE };  in the former one: INFORMATIONAL { D(IKE) } →  ← { }
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RekeyIke_FromEitherEnd_ChildrenGoOnUnderTheSuccessor(bool fromLeft)
    {
        using var ends = Given.Established();
        var former = ends.Left.Endpoint.Established[0];
        ends.Order(fromLeft ? ends.Left : ends.Right, new IkeCommand.RekeyIke(former));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        var spis = Assert.Single(ends.Left.Endpoint.Established);
        Assert.NotEqual(former, spis);
        Assert.Equal(spis, Assert.Single(ends.Right.Endpoint.Established));
        Assert.Equal((former, spis), Rekeyed(Assert.Single(ends.Left.Of<IkeEvent.IkeSaRekeyed>())));
        Assert.Equal((former, spis), Rekeyed(Assert.Single(ends.Right.Of<IkeEvent.IkeSaRekeyed>())));
        Assert.Equal((1, 1), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
        Assert.Empty(ends.Left.Of<IkeEvent.ChildRemoved>());

        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Order(ends.Left, new IkeCommand.Probe(spis));
        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
    }

    [Theory]
    [InlineData(ExchangeType.CreateChildSa, false)]
    [InlineData(ExchangeType.CreateChildSa, true)]
    [InlineData(ExchangeType.Informational, false)]
    [InlineData(ExchangeType.Informational, true)]
    public void RekeyIke_OneMessageLost_BothAgree(ExchangeType exchange, bool isResponse)
    {
        using var ends = Given.Established();
        var lost = 0;
        ends.Script = datagram => datagram.Header.Exchange == exchange && datagram.Header.IsResponse == isResponse && lost++ == 0 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(2));

        One(ends);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 7)]
    [InlineData(6, 700)]
    [InlineData(7, 3000)]
    public void RekeyIke_FromBothAtOnce_OneSuccessorStays(int seed, int late)
    {
        using var ends = Given.Established(seed: seed);
        ends.Script = datagram => datagram.FromLeft && datagram.IsRequest(ExchangeType.CreateChildSa) ? LinkFate.Late(TimeSpan.FromMilliseconds(late)) : LinkFate.Arrives;
        var former = ends.Left.Endpoint.Established[0];
        ends.Order(ends.Left, new IkeCommand.RekeyIke(former));
        ends.Order(ends.Right, new IkeCommand.RekeyIke(former));
        ends.Run(TimeSpan.FromMinutes(2));

        One(ends);
    }

    // While one end replaces the IKE SA the other replaces the child: TEMPORARY_FAILURE, and later again (RFC 7296 §2.25.2).
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RekeyIke_WhileThePeerReplacesTheChild_BothHappen(int seed)
    {
        using var ends = Given.Established(seed: seed);
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromMinutes(2));

        One(ends);
        Assert.NotEmpty(ends.Left.Of<IkeEvent.IkeSaRekeyed>());
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
    }

    [Fact]
    public void RekeyIke_PeerForgetsTheDelete_TheFormerOneIsClosedFromHere()
    {
        using var ends = Given.Established();
        ends.Script = datagram => datagram.FromLeft && datagram.IsRequest(ExchangeType.Informational) ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(6));
        ends.Script = _ => LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(6));

        One(ends);
    }

    [Fact]
    public void RekeyIke_ByAge_HappensBeforeItsEnd()
    {
        using var ends = Given.Established();
        ends.Run(TimeSpan.FromHours(30));

        One(ends);
        Assert.InRange(ends.Left.Of<IkeEvent.IkeSaRekeyed>().Count(), 3, 5);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaClosed>());
    }

    private static void One(LinkedEndpoints ends)
    {
        Agreed.Hold(ends, children: 1);
        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
        Assert.Equal((1, 1), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    private static (IpsecDp.Ike.Keys.IkeSpis, IpsecDp.Ike.Keys.IkeSpis) Rekeyed(IkeEvent.IkeSaRekeyed happened) => (happened.Former, happened.Spis);
}
