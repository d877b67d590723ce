using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

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

    // COOKIE2 comes back as it came, whoever asks and whether or not addresses move (RFC 4555 §3.7).
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Cookie2_OfEitherEnd_IsReturnedOctetForOctet(bool fromLeft, bool takesMobike)
    {
        using var ends = Given.Established(model => model with { TakesMobike = takesMobike });
        var cookie = Octets.Of(9, 8, 7, 6, 5, 4, 3, 2, 1);
        var asked = new Say(ExchangeType.Informational, new NotifyPayload(NotifyType.Cookie2, cookie)).By(ends, fromLeft ? ends.Left : ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(cookie, asked.Answer!.FindNotify(NotifyType.Cookie2)!.Data);
        Assert.Empty(ends.Left.Of<IkeEvent.PathMoved>());
    }

    // Who answers without the cookie is not on the path it claims: RFC 4555 §3.7 closes the IKE SA.
    [Fact]
    public void Cookie2_NotReturned_ClosesTheIkeSa()
    {
        using var ends = Given.Established();
        var ours = new IpsecDp.Ike.V2.Exchanges.MoveAddresses(Elsewhere);
        var session = ends.Left.Endpoint.Host.Index.Sessions.Single();
        var turn = ends.Left.Turn(ends.Now);
        Assert.NotNull(ours.BuildRequest(session, session.Current!, turn));
        ours.OnResponse(session, session.Current!, new IkeMessage(session.Current!.HeaderOf(ExchangeType.Informational, 2, isResponse: true), []), turn);
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Contains("COOKIE2", Assert.Single(session.Host.Index.Sessions.Count == 0 ? ends.Left.Outbox.Events.Concat(ends.Left.Events).OfType<IkeEvent.IkeSaClosed>() : []).Reason, StringComparison.Ordinal);
    }

    // N(UPDATE_SA_ADDRESSES) by the end whose place it is not, and with a NAT where none is allowed: refused by name, nothing moves.
    [Theory]
    [InlineData(false, NotifyType.UnacceptableAddresses)]
    [InlineData(true, NotifyType.UnexpectedNatDetected)]
    public void UpdateSaAddresses_NotAllowed_IsRefusedByName(bool fromLeft, NotifyType refusal)
    {
        using var ends = Given.Established();
        var nat = new UnnattedPath(Given.Address("198.51.100.1"), Given.RightAddress, 500, 500).ToPayload();
        var asked = new Say(ExchangeType.Informational, fromLeft ? [new NotifyPayload(NotifyType.UpdateSaAddresses), nat] : [new NotifyPayload(NotifyType.UpdateSaAddresses)]).By(ends, fromLeft ? ends.Left : ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(refusal, asked.Answer!.FindError()!.Notify);
        Assert.Empty(ends.Right.Of<IkeEvent.PathMoved>());
        Agreed.Hold(ends, children: 1);
    }

    private static (IpsecDp.Wire.Ip.IpAddress, ushort) Remote(IkePath path) => (path.Remote, path.RemotePort);
}
