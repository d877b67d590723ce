using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;

namespace Control.Tests.Ike.V2;

public sealed class MobikeTests
{
    private static readonly IkePath Elsewhere = new(Given.Address("192.0.2.77"), 4500, Given.RightAddress, 4500);

    // INFORMATIONAL { N(UPDATE_SA_ADDRESSES), N(NAT_DETECTION_*), N(COOKIE2) } →  ← { N(NAT_DETECTION_*), N(COOKIE2) }
    [Fact]
    public void MovePath_ByTheInitiator_ChildrenFollowAtBothEnds()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.MovePath(ends.Left.Endpoint.Established[0], Elsewhere));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(Elsewhere, Assert.Single(ends.Left.Of<IkeEvent.PathMoved>()).Path);
        Assert.Equal((Elsewhere.Local, Elsewhere.LocalPort), Remote(Assert.Single(ends.Right.Of<IkeEvent.PathMoved>()).Path));
        Assert.Equal(Elsewhere.Local, Assert.Single(ends.Right.Endpoint.Children).Path.Remote);
        Assert.False(ends.Right.Endpoint.Children[0].IsEncapsulated);

        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
    }

    [Fact]
    public void MovePath_ByTheResponder_IsRefusedByName()
    {
        using var ends = Given.Established();
        ends.Order(ends.Right, new IkeCommand.MovePath(ends.Left.Endpoint.Established[0], Elsewhere));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Contains("RFC 4555", Assert.Single(ends.Right.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
        Assert.Empty(ends.Right.Of<IkeEvent.PathMoved>());
    }

    [Fact]
    public void MovePath_PeerTakesNone_IsRefusedByName()
    {
        using var ends = Given.Established(model => model with { TakesMobike = model.LocalId == Given.LeftId });
        ends.Order(ends.Left, new IkeCommand.MovePath(ends.Left.Endpoint.Established[0], Elsewhere));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Single(ends.Left.Of<IkeEvent.Noted>());
        Assert.Empty(ends.Left.Of<IkeEvent.PathMoved>());
    }

    [Fact]
    public void MovePath_FirstRequestLost_IsRepeatedOnTheOtherPath()
    {
        using var ends = Given.Established();
        var lost = 0;
        ends.Script = datagram => datagram.IsRequest(ExchangeType.Informational) && lost++ == 0 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.MovePath(ends.Left.Endpoint.Established[0], Elsewhere));
        ends.Run(TimeSpan.FromSeconds(5));

        Assert.Single(ends.Right.Of<IkeEvent.PathMoved>());
        Agreed.Hold(ends, children: 1);
    }

    private static (IpsecDp.Wire.Ip.IpAddress, ushort) Remote(IkePath path) => (path.Remote, path.RemotePort);
}
