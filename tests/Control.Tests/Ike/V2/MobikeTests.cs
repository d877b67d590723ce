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

    // RFC 4555 §3.3: both go over to 4500 without a NAT, and stay at 500 where either does without MOBIKE's first half.
    [Theory]
    [InlineData(true, 4500)]
    [InlineData(false, 500)]
    public void Auth_WithoutANat_GoesOverToPort4500(bool takesMobike, int port)
    {
        using var ends = Given.Established(model => model with { TakesMobike = takesMobike });
        Assert.All(ends.Sent.Where(sent => sent.Datagram.Header.Exchange == ExchangeType.IkeAuth), sent => Assert.Equal((port, port), (sent.Datagram.Path.LocalPort, sent.Datagram.Path.RemotePort)));
        Assert.All(ends.Sent.Where(sent => sent.Datagram.Header.Exchange == ExchangeType.IkeSaInit), sent => Assert.Equal(500, sent.Datagram.Path.LocalPort));
        Assert.False(ends.Left.Endpoint.Children[0].IsEncapsulated);
        Assert.Equal(port, ends.Right.Endpoint.Children[0].Path.RemotePort);
    }

    private static readonly IpsecDp.Wire.Ip.IpAddress OtherLeft = Given.Address("192.0.2.77");
    private static readonly IpsecDp.Wire.Ip.IpAddress OtherRight = Given.Address("198.51.100.2");

    private static LinkedEndpoints WithTwoAddresses(IpsecDp.Wire.Selectors.AddressRange? remote = null) => Given.Established(model =>
    {
        var isLeft = model.LocalId == Given.LeftId;
        var other = isLeft ? OtherLeft : OtherRight;
        return model with
        {
            Own = isLeft ? Given.LeftAddress : Given.RightAddress,
            OtherOwn = [other],
            Local = [.. model.Local, IpsecDp.Wire.Selectors.AddressRange.Of(other)],
            Remote = remote is { } range && isLeft ? [range] : model.Remote,
            Liveness = isLeft ? TimeSpan.FromSeconds(10) : TimeSpan.Zero,
        };
    });

    // RFC 4555 §3.4, §3.10: the peer's address goes dark; the request that finds it out is repeated to the other one, which is moved to.
    [Fact]
    public void Path_ThatGoesSilent_IsLeftForAnotherOfThePeersAddresses()
    {
        using var ends = WithTwoAddresses();
        ends.Script = datagram => datagram.Path.Remote == Given.RightAddress || datagram.Path.Local == Given.RightAddress ? LinkFate.Lost : LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(1));

        Assert.Equal(OtherRight, ends.Left.Endpoint.Children[0].Path.Remote);
        Assert.Equal(OtherRight, ends.Right.Endpoint.Children[0].Path.Local);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaClosed>());
        Assert.Empty(ends.Left.Of<IkeEvent.GivenUp>());
        Agreed.Hold(ends, children: 1);
    }

    [Fact]
    public void Path_OfThisHostThatGoesSilent_IsLeftForAnotherOfItsAddresses()
    {
        using var ends = WithTwoAddresses();
        ends.Script = datagram => datagram.Path.Remote == Given.LeftAddress || datagram.Path.Local == Given.LeftAddress ? LinkFate.Lost : LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(2));

        Assert.Equal(OtherLeft, ends.Left.Endpoint.Children[0].Path.Local);
        Assert.Equal(OtherLeft, ends.Right.Endpoint.Children[0].Path.Remote);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaClosed>());
    }

    // One request that was lost is no reason to move.
    [Fact]
    public void Path_ThatLostOneRequest_IsKept()
    {
        using var ends = WithTwoAddresses();
        var lost = 0;
        ends.Script = datagram => datagram.IsRequest(ExchangeType.Informational) && lost++ == 0 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(1));

        Assert.True(lost > 1);
        Assert.Empty(ends.Left.Of<IkeEvent.PathMoved>());
    }

    [Fact]
    public void Path_OfAPeerWithOneAddress_IsKeptUntilThePeerIsGivenUp()
    {
        using var ends = Given.Established(model => model with { Liveness = model.LocalId == Given.LeftId ? TimeSpan.FromSeconds(10) : TimeSpan.Zero });
        ends.Script = _ => LinkFate.Lost;
        ends.Run(TimeSpan.FromMinutes(6));
        Assert.All(ends.Sent, sent => Assert.Equal(Given.RightAddress, sent.Datagram.FromLeft ? sent.Datagram.Path.Remote : Given.RightAddress));
        Assert.Equal("the peer does not answer", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason);
    }

    // What a peer says of itself is not believed beyond the policy.
    [Fact]
    public void Addresses_ThePolicyHasNot_AreNotTried()
    {
        using var ends = WithTwoAddresses(IpsecDp.Wire.Selectors.AddressRange.Of(Given.RightAddress));
        ends.Script = datagram => datagram.Path.Remote == Given.RightAddress || datagram.Path.Local == Given.RightAddress ? LinkFate.Lost : LinkFate.Arrives;
        ends.Run(TimeSpan.FromMinutes(6));

        Assert.DoesNotContain(ends.Sent, sent => sent.Datagram.Path.Remote == OtherRight);
    }

    // RFC 4555 §3.5: an address of the initiator goes, it moves by itself.
    [Fact]
    public void AddressGone_OfTheInitiator_MovesAtOnce()
    {
        using var ends = WithTwoAddresses();
        ends.Order(ends.Left, new IkeCommand.AddressGone(Given.LeftAddress));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(OtherLeft, ends.Left.Endpoint.Children[0].Path.Local);
        Assert.Equal(OtherLeft, ends.Right.Endpoint.Children[0].Path.Remote);
        Agreed.Hold(ends, children: 1);
    }

    // RFC 4555 §3.6: an address of the responder goes: it tells the initiator from the other one, which moves.
    [Fact]
    public void AddressGone_OfTheResponder_HasTheInitiatorMove()
    {
        using var ends = WithTwoAddresses();
        ends.Order(ends.Right, new IkeCommand.AddressGone(Given.RightAddress));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(OtherRight, ends.Right.Endpoint.Children[0].Path.Local);
        Assert.Equal(OtherRight, ends.Left.Endpoint.Children[0].Path.Remote);
        Assert.Single(ends.Left.Of<IkeEvent.PathMoved>());
        Agreed.Hold(ends, children: 1);

        // What is gone is not told, and told again when it is back.
        Assert.Empty(ends.Left.Endpoint.Host.Index.Sessions.Single().PeerAddresses);
        ends.Order(ends.Right, new IkeCommand.AddressBack(Given.RightAddress));
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([Given.RightAddress], ends.Left.Endpoint.Host.Index.Sessions.Single().PeerAddresses);
        Assert.Single(ends.Left.Of<IkeEvent.PathMoved>());
    }

    [Fact]
    public void AddressGone_WithoutAnother_IsSaidAndNothingMoves()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.AddressGone(Given.LeftAddress));
        ends.Order(ends.Left, new IkeCommand.AddressGone(OtherLeft));

        Assert.Contains("is gone", Assert.Single(ends.Left.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
        Assert.Empty(ends.Left.Of<IkeEvent.PathMoved>());
    }

    private static (IpsecDp.Wire.Ip.IpAddress, ushort) Remote(IkePath path) => (path.Remote, path.RemotePort);
}
