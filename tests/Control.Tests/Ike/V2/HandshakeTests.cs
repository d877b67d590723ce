using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;

namespace Control.Tests.Ike.V2;

public sealed class HandshakeTests
{
    // IKE_SA_INIT { SA, KE, Ni } →  ← { SA, KE, Nr };  IKE_AUTH { IDi, AUTH, SA, TSi, TSr } →  ← { IDr, AUTH, SA, TSi, TSr }
    [Fact]
    public void Initiate_SecretsThatMatch_BothHoldTheChild()
    {
        using var ends = Given.Ends();
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(4, ends.Sent.Count);
        Assert.Equal(Given.RightId, Assert.Single(ends.Left.Of<IkeEvent.IkeSaEstablished>()).Remote);
        Assert.Equal(Given.LeftId, Assert.Single(ends.Right.Of<IkeEvent.IkeSaEstablished>()).Remote);
        Assert.Empty(ends.Left.Of<IkeEvent.Refused>());
        Assert.Empty(ends.Right.Of<IkeEvent.Refused>());
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen);
    }

    [Fact]
    public void Initiate_OtherSecret_NobodyHoldsAnything()
    {
        using var ends = Given.Ends(left: model => model with { LocalProof = Given.Secret("sardine") });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Contains("AUTHENTICATION_FAILED", Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.Ordinal);
        Assert.Single(ends.Right.Of<IkeEvent.NegotiationFailed>());
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    [Theory]
    [InlineData(ExchangeType.IkeSaInit, false)]
    [InlineData(ExchangeType.IkeSaInit, true)]
    [InlineData(ExchangeType.IkeAuth, false)]
    [InlineData(ExchangeType.IkeAuth, true)]
    public void Initiate_OneMessageLost_ItIsAskedForAgain(ExchangeType exchange, bool isResponse)
    {
        using var ends = Given.Ends();
        var lost = 0;
        ends.Script = datagram => datagram.Header.Exchange == exchange && datagram.Header.IsResponse == isResponse && lost++ == 0 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(3));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(exchange, Assert.Single(ends.Left.Of<IkeEvent.Retransmitted>()).Exchange);
        Assert.Empty(ends.Right.Of<IkeEvent.Retransmitted>());
    }

    [Fact]
    public void Initiate_EveryMessageTwice_MakesOneChild()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Twice;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(10));

        Agreed.Hold(ends, children: 1);
        Assert.Single(ends.Left.Of<IkeEvent.ChildInstalled>());
        Assert.Single(ends.Right.Of<IkeEvent.ChildInstalled>());
    }
}
