using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2;

/// <summary>REDIRECT of a client (RFC 5685): in IKE_AUTH and of a session that stands; that of the first exchange is in InitTests.</summary>
public sealed class RedirectTests
{
    private static readonly IpAddress Other = Given.Address("192.0.2.99");

    private static NotifyPayload To(IpAddress gateway) => Redirection.To(gateway, Octets.Empty).ToPayload(NotifyType.Redirect);

    // ← { IDr, AUTH, N(REDIRECT) }: the gateway proved itself, the IKE SA with it is closed, and the other one is asked with REDIRECTED_FROM (§6).
    [Fact]
    public void Auth_FromAGatewayThatProvedItself_IsFollowed()
    {
        using var ends = Begun(out var gateway);
        gateway.AnswerAuth("swordfish", To(Other));
        gateway.Dispose();

        var next = ends.Sent.Single(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit) && sent.Datagram.Path.Remote == Other).Datagram;
        var from = Read(next.Octets).FindNotify(NotifyType.RedirectedFrom)!;
        Assert.True(Redirection.TryRead(from, out var old));
        Assert.Equal(Given.RightAddress, old!.Address);
        Assert.Null(Read(next.Octets).FindNotify(NotifyType.RedirectSupported));
        Assert.Equal(ExchangeType.Informational, ends.Sent[^1].Datagram.Header.Exchange);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaEstablished>());
    }

    [Fact]
    public void Auth_FromAGatewayThatDidNotProveItself_IsNotFollowed()
    {
        using var ends = Begun(out var gateway);
        gateway.AnswerAuth("guess", To(Other));
        gateway.Dispose();

        Assert.DoesNotContain(ends.Sent, sent => sent.Datagram.Path.Remote == Other);
        Assert.Contains("proof", Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Auth_ToAGatewayThePolicyHasNot_EndsTheAttempt()
    {
        using var ends = Begun(out var gateway, model => model with { Remote = [AddressRange.Of(Given.RightAddress)] });
        gateway.AnswerAuth("swordfish", To(Other));
        gateway.Dispose();

        Assert.DoesNotContain(ends.Sent, sent => sent.Datagram.Path.Remote == Other);
        Assert.Contains("policy", Assert.Single(ends.Left.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
        Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>());
    }

    // INFORMATIONAL { N(REDIRECT) } → ← { }: the session at the other gateway is made before the old one is ended (§5).
    [Fact]
    public void Session_ThatStands_IsMadeAtTheOtherGatewayBeforeItEndsHere()
    {
        using var ends = Given.Established();
        using var third = new LinkedEnd(Given.Model(Given.Connection(false) with { Local = [AddressRange.Of(Other)] }), 4000);
        ends.Script = datagram => Route(ends, third, datagram);
        new Say(ExchangeType.Informational, To(Other)).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(10));

        Assert.Equal("the peer sent this host on", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason);
        Assert.Equal(Other, ends.Left.Inbound.Values.Single().Path.Remote);
        Assert.Single(third.Inbound);
        Assert.Empty(ends.Right.Inbound);
        var installed = ends.Left.Events.FindLastIndex(happened => happened is IkeEvent.ChildInstalled);
        Assert.True(installed < ends.Left.Events.FindIndex(happened => happened is IkeEvent.ChildRemoved), "make before break");
    }

    [Fact]
    public void Session_OtherGatewayIsSilent_StandsAsBefore()
    {
        using var ends = Given.Established();
        ends.Script = datagram => datagram.Path.Remote == Other ? LinkFate.Lost : LinkFate.Arrives;
        new Say(ExchangeType.Informational, To(Other)).By(ends, ends.Right);
        ends.Run(TimeSpan.FromMinutes(6));

        Agreed.Hold(ends, children: 1);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaClosed>());
    }

    [Fact]
    public void Session_RedirectByTheEndThatBeganIt_IsNotFollowed()
    {
        using var ends = Given.Established();
        new Say(ExchangeType.Informational, To(Other)).By(ends, ends.Left);
        ends.Run(TimeSpan.FromSeconds(5));

        Agreed.Hold(ends, children: 1);
        Assert.Contains("RFC 5685", Assert.Single(ends.Right.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Gateway_NamedByName_IsNotFollowedAndSaid()
    {
        using var ends = Given.Established();
        new Say(ExchangeType.Informational, new Redirection(GatewayType.Fqdn, new("gw.example"u8), Octets.Empty).ToPayload(NotifyType.Redirect)).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(5));

        Agreed.Hold(ends, children: 1);
        Assert.Contains("gw.example", Assert.Single(ends.Left.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
    }

    private static ConnectionModel Named(ConnectionModel model) => model with { RedirectNames = [new IpsecDp.Ike.Identity.IdPattern.HostsOf("example")] };

    private static NotifyPayload ToName(string name, Octets? nonce = null) => new Redirection(GatewayType.Fqdn, new(System.Text.Encoding.ASCII.GetBytes(name)), nonce ?? Octets.Empty).ToPayload(NotifyType.Redirect);

    // The policy names the gateway: it is looked up outside, and the session is made there.
    [Fact]
    public void Name_ThePolicyAllows_IsLookedUpAndFollowed()
    {
        using var ends = Given.Established(Named);
        using var third = new LinkedEnd(Given.Model(Given.Connection(false) with { Local = [AddressRange.Of(Other)] }), 4000);
        ends.Script = datagram => Route(ends, third, datagram);
        new Say(ExchangeType.Informational, ToName("gw.example")).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));
        var wanted = Assert.Single(ends.Left.Of<IkeEvent.NameWanted>());
        Assert.Equal(("peer", "gw.example", IpVersion.V4), (wanted.Connection, wanted.Name, wanted.Version));
        Agreed.Hold(ends, children: 1);

        // An address the policy has not is passed over.
        ends.Order(ends.Left, new IkeCommand.NameResolved(wanted.Ticket, [Given.RightAddress, Other]));
        ends.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(Other, ends.Left.Inbound.Values.Single().Path.Remote);
        Assert.Single(third.Inbound);

        // Said twice it changes nothing.
        ends.Order(ends.Left, new IkeCommand.NameResolved(wanted.Ticket, [Other]));
        Assert.Single(ends.Left.Endpoint.Established);
    }

    [Theory]
    [InlineData("198.51.100.7", "the policy has no 198.51.100.7")]
    [InlineData("192.0.2.2", "names itself")]
    [InlineData("2001:db8::7", "address family")]
    [InlineData("", "has no address")]
    public void Name_ThatLeadsNowhere_IsRefusedWithTheReason(string address, string reason)
    {
        using var ends = Given.Established(model => Named(model) with { Remote = [AddressRange.Prefix(Given.RightAddress, 24)] });
        new Say(ExchangeType.Informational, ToName("gw.example")).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));
        IpAddress[] found = address.Length == 0 ? [] : [Given.Address(address)];
        ends.Order(ends.Left, new IkeCommand.NameResolved(ends.Left.Of<IkeEvent.NameWanted>().Single().Ticket, found));
        ends.Run(TimeSpan.FromSeconds(5));

        Agreed.Hold(ends, children: 1);
        Assert.Contains(reason, Assert.Single(ends.Left.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gw.example.net", "RedirectName")]
    [InlineData("gw..example", "no name of a host")]
    [InlineData("-gw.example", "no name of a host")]
    [InlineData("gw;ls.example", "no name of a host")]
    public void Name_ThePolicyHasNotOrNobodyCanHave_IsNotLookedUp(string name, string reason)
    {
        using var ends = Given.Established(Named);
        new Say(ExchangeType.Informational, ToName(name)).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Empty(ends.Left.Of<IkeEvent.NameWanted>());
        Assert.Contains(reason, Assert.Single(ends.Left.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_NobodyFinds_IsGivenUpAfterFifteenSeconds()
    {
        using var ends = Given.Established(Named);
        new Say(ExchangeType.Informational, ToName("gw.example")).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(14));
        Assert.Empty(ends.Left.Of<IkeEvent.Noted>());
        ends.Run(TimeSpan.FromSeconds(2));

        Assert.Contains("DNS said nothing", Assert.Single(ends.Left.Of<IkeEvent.Noted>()).Sentence, StringComparison.Ordinal);
        ends.Order(ends.Left, new IkeCommand.NameResolved(ends.Left.Of<IkeEvent.NameWanted>().Single().Ticket, [Other]));
        Agreed.Hold(ends, children: 1);
    }

    // Whoever saw the first request can answer it: one name at a time, and no more than redirections are followed.
    [Fact]
    public void Name_InTheFirstAnswer_IsLookedUpOnceAndFollowed()
    {
        using var ends = Given.Ends(Named);
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        var request = ends.Sent[0].Datagram;
        var answer = FirstAnswer(request, ToName("gw.example", Read(request.Octets).Find<NoncePayload>()!.Nonce));
        ends.Inject(ends.Left, request.Path, answer);
        ends.Inject(ends.Left, request.Path, answer);
        var wanted = Assert.Single(ends.Left.Of<IkeEvent.NameWanted>());
        ends.Order(ends.Left, new IkeCommand.NameResolved(wanted.Ticket, [Other]));

        Assert.Equal(Other, ends.Sent[^1].Datagram.Path.Remote);
        Assert.NotNull(Read(ends.Sent[^1].Datagram.Octets).FindNotify(NotifyType.RedirectedFrom));
    }

    [Fact]
    public void Name_InTheFirstAnswerWithoutOurNonce_IsNotLookedUp()
    {
        using var ends = Given.Ends(Named);
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        var request = ends.Sent[0].Datagram;
        ends.Inject(ends.Left, request.Path, FirstAnswer(request, ToName("gw.example", Octets.Of([.. Enumerable.Repeat((byte)7, 32)]))));
        Assert.Empty(ends.Left.Of<IkeEvent.NameWanted>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Name_InIkeAuth_IsLookedUpAndFollowedOrTheAttemptEnds(bool isFound)
    {
        using var ends = Begun(out var gateway, Named);
        gateway.AnswerAuth("swordfish", ToName("gw.example"));
        gateway.Dispose();
        var wanted = Assert.Single(ends.Left.Of<IkeEvent.NameWanted>());
        ends.Order(ends.Left, new IkeCommand.NameResolved(wanted.Ticket, isFound ? [Other] : []));

        Assert.Equal(isFound, ends.Sent.Any(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit) && sent.Datagram.Path.Remote == Other));
        Assert.Equal(isFound ? 0 : 1, ends.Left.Of<IkeEvent.NegotiationFailed>().Count());
    }

    private static byte[] FirstAnswer(LinkDatagram request, NotifyPayload redirect) => new IkeMessage(
        new IkeHeader { InitiatorSpi = request.Header.InitiatorSpi, ResponderSpi = 0, Exchange = ExchangeType.IkeSaInit, MessageId = 0, IsResponse = true },
        [redirect]).ToArray();

    // MAX_REDIRECTS in REDIRECT_LOOP_DETECT_PERIOD (§7): five in 300 s, and the sixth after that.
    [Fact]
    public void Loop_OfGateways_EndsAfterFiveAndIsForgottenAfterThePeriod()
    {
        using var ends = Given.Established();
        ends.Script = datagram => datagram.Path.Remote == Given.RightAddress || datagram.Path.Remote == Given.LeftAddress ? LinkFate.Arrives : LinkFate.Lost;
        for (var i = 0; i < 8; i++)
        {
            new Say(ExchangeType.Informational, To(Given.Address($"192.0.2.{90 + i}"))).By(ends, ends.Right);
            ends.Run(TimeSpan.FromSeconds(1));
            End(ends);
        }

        Assert.Equal(5, Followed(ends));
        ends.Run(TimeSpan.FromMinutes(5));
        new Say(ExchangeType.Informational, To(Other)).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(6, Followed(ends));
    }

    private static int Followed(LinkedEndpoints ends) => ends.Sent.Where(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit) && sent.Datagram.Path.Remote != Given.RightAddress)
        .DistinctBy(sent => sent.Datagram.Path.Remote).Count();

    // The attempt at the gateway that does not answer is given up by hand, so that the next redirection is looked at.
    private static void End(LinkedEndpoints ends)
    {
        foreach (var session in ends.Left.Endpoint.Host.Index.Sessions.Where(session => !session.IsEstablished))
        {
            session.Drop(session.Current!, "by hand", isLost: false, ends.Left.Turn(ends.Now));
        }
    }

    private static LinkFate Route(LinkedEndpoints ends, LinkedEnd third, LinkDatagram datagram)
    {
        if (datagram.Path.Remote != Other)
        {
            return LinkFate.Arrives;
        }

        third.Endpoint.Receive(new(Other, datagram.Path.RemotePort, datagram.Path.Local, datagram.Path.LocalPort), [.. datagram.Octets], third.Turn(ends.Now));
        foreach (var answer in third.Take())
        {
            ends.Left.Endpoint.Receive(new(answer.Path.Remote, answer.Path.RemotePort, answer.Path.Local, answer.Path.LocalPort), answer.Message.ToArray(), ends.Left.Turn(ends.Now));
        }

        return LinkFate.Lost;
    }

    private static LinkedEndpoints Begun(out HandGateway gateway, Func<ConnectionModel, ConnectionModel>? left = null)
    {
        var ends = Given.Ends(left);
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        gateway = new HandGateway(ends);
        gateway.AnswerInit();
        return ends;
    }

    private static IkeMessage Read(byte[] octets) => IkeMessage.TryRead(octets, out var message, out var failure) ? message : throw new InvalidOperationException(failure.ToString());
}
