using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class InitTests
{
    private static LinkedEndpoints Limited(LimitsModel limits) => new(Given.Model(Given.Connection(true)), Given.Model(Given.Connection(false)) with { Limits = limits });

    // IKE_SA_INIT { SA, KE, Ni } →  ← { N(COOKIE) };  { N(COOKIE), SA, KE, Ni } →  ← { SA, KE, Nr }
    [Fact]
    public void Cookie_AskedFor_IsReturnedFirstWithTheSameNonce()
    {
        using var ends = Limited(new() { CookiesFrom = 0 });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        var requests = ends.Sent.Where(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit)).Select(sent => Read(sent.Datagram.Octets)).ToList();
        Assert.Equal(2, requests.Count);
        Assert.Equal(NotifyType.Cookie, Assert.IsType<NotifyPayload>(requests[1].Payloads[0]).Notify);
        Assert.Equal(requests[0].Find<NoncePayload>(), requests[1].Find<NoncePayload>());
        Assert.Equal(requests[0].Find<KeyExchangePayload>(), requests[1].Find<KeyExchangePayload>());
    }

    [Fact]
    public void Cookie_ForgedOrOfAnotherAddress_IsRefusedAndKeepsNothing()
    {
        using var ends = Limited(new() { CookiesFrom = 0 });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        var cookied = ends.Sent.Where(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit)).ElementAt(1).Datagram.Octets;
        var count = ends.Right.Endpoint.Count;
        ends.Inject(ends.Right, Forged.FromLeft with { Remote = Given.Address("203.0.113.5") }, [.. cookied]);
        byte[] turned = [.. cookied];
        turned[40] ^= 1;
        ends.Inject(ends.Right, Forged.FromLeft, turned);

        Assert.Equal(2, ends.Right.Of<IkeEvent.Refused>().Count(refused => refused.Failure.Fault == IkeFault.CookieInvalid));
        Assert.Equal(count, ends.Right.Endpoint.Count);
    }

    [Fact]
    public void Cookie_SecretTurnsOver_TheOneBeforeStillCountsAndOlderOnesDoNot()
    {
        using var ends = Limited(new() { CookiesFrom = 0 });
        ends.Script = datagram => datagram.IsRequest(ExchangeType.IkeSaInit) && Read(datagram.Octets).FindNotify(NotifyType.Cookie) is not null ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(3));
        var cookied = ends.Sent.Last(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit)).Datagram.Octets;
        ends.Inject(ends.Right, Forged.FromLeft, [.. cookied]);
        Assert.Equal(1, ends.Right.Endpoint.HalfOpen);
        ends.Run(TimeSpan.FromMinutes(3));
        ends.Inject(ends.Right, Forged.FromLeft, [.. cookied]);
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen);
    }

    [Fact]
    public void Flood_OfOneAddressAndOfMany_StaysWithinBoundsAndForgetsInTime()
    {
        using var ends = Limited(new() { CookiesFrom = 1000, CookiesFromOnePeer = 1000, HalfOpen = 20, HalfOpenOfOnePeer = 5 });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Script = _ => LinkFate.Lost;
        var first = ends.Sent[0].Datagram.Octets;
        for (var i = 0; i < 100; i++)
        {
            byte[] request = [.. first];
            request[0] = (byte)(i + 1);
            ends.Inject(ends.Right, Forged.FromLeft with { Remote = i < 50 ? Given.LeftAddress : Given.Address($"198.51.100.{i}") }, request);
        }

        Assert.Equal(20, ends.Right.Endpoint.HalfOpen);
        Assert.Equal(80, ends.Right.Of<IkeEvent.Refused>().Count(refused => refused.Failure.Fault == IkeFault.TooManyHalfOpen));
        ends.Run(TimeSpan.FromSeconds(31));
        Assert.Equal((0, 0), (ends.Right.Endpoint.HalfOpen, ends.Right.Endpoint.Count));
    }

    // IKE_SA_INIT { SA, KE(ecp-256), Ni } →  ← { N(INVALID_KE_PAYLOAD) };  { SA, KE(curve25519), Ni } →  ← { SA, KE, Nr }
    [Fact]
    public void Group_PeerWantsAnother_IsTriedAgainWithIt()
    {
        using var ends = Given.Ends(left: model => model with { Offers = [Given.IkeOffer("ecp-256", "curve25519")] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(6, ends.Sent.Count);
    }

    [Fact]
    public void Group_ForgedAnswersNameOneNobodyOffered_ChangeNothing()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Inject(ends.Left, Forged.FromRight, Answer(ends, Notice.InvalidKePayload(1)));
        ends.Inject(ends.Left, Forged.FromRight, Answer(ends, Notice.InvalidKePayload(31)));

        Assert.Single(ends.Sent);
        Assert.Equal(1, ends.Left.Endpoint.Count);
    }

    // Errors nobody signed tear nothing down: the true answer, when it comes, still counts (RFC 7296 §2.21.1).
    [Theory]
    [InlineData(NotifyType.NoProposalChosen)]
    [InlineData(NotifyType.AuthenticationFailed)]
    [InlineData(NotifyType.InvalidSyntax)]
    [InlineData(NotifyType.InvalidMajorVersion)]
    public void Error_Forged_TheTrueAnswerStillCounts(NotifyType forged)
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Late(TimeSpan.FromMilliseconds(100));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Inject(ends.Left, Forged.FromRight, Answer(ends, new NotifyPayload(forged)));
        ends.Run(TimeSpan.FromSeconds(2));

        Agreed.Hold(ends, children: 1);
    }

    [Fact]
    public void Offers_NothingInCommon_IsSaidAtTheEnd()
    {
        using var ends = Given.Ends(left: model => model with { Offers = [Given.IkeOffer("modp-3072")] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(5));

        Assert.Contains("NO_PROPOSAL_CHOSEN", Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    // ← { N(REDIRECT, gateway, Ni) }: followed only with our nonce in it (RFC 5685 §3).
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Redirect_WithOurNonceOrAnother_IsFollowedOrNot(bool isOurs)
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        var nonce = isOurs ? Read(ends.Sent[0].Datagram.Octets).Find<NoncePayload>()!.Nonce : new Octets(new byte[32]);
        ends.Inject(ends.Left, Forged.FromRight, Answer(ends, Redirection.To(Given.Address("192.0.2.99"), nonce).ToPayload(NotifyType.Redirect)));

        Assert.Equal(isOurs ? 2 : 1, ends.Sent.Count);
        if (isOurs)
        {
            Assert.Equal(Given.Address("192.0.2.99"), ends.Sent[1].Datagram.Path.Remote);
            Assert.NotNull(Read(ends.Sent[1].Datagram.Octets).FindNotify(NotifyType.RedirectedFrom));
        }
    }

    [Fact]
    public void Version_HigherThanOurs_IsAnsweredWithOurs_AndNotTooOften()
    {
        using var ends = Given.Ends();
        byte[] header = new byte[28];
        (new IkeHeader { InitiatorSpi = 7, ResponderSpi = 0, Exchange = ExchangeType.IkeSaInit, MessageId = 0, IsFromInitiator = true, MajorVersion = 3, Length = 28 }).Write(header);
        for (var i = 0; i < 100; i++)
        {
            ends.Inject(ends.Right, Forged.FromLeft, [.. header]);
        }

        Assert.Equal(20, ends.Sent.Count);
        Assert.Equal(new byte[] { 2 }, Read(ends.Sent[0].Datagram.Octets).FindNotify(NotifyType.InvalidMajorVersion)!.Data.Span.ToArray());
    }

    [Fact]
    public void Stranger_FromAnAddressNoConnectionIsFor_IsRefused()
    {
        using var ends = Given.Ends(right: model => model with { Remote = [IpsecDp.Wire.Selectors.AddressRange.Of(Given.Address("192.0.2.200"))] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(IkeFault.UnknownPeer, Assert.Single(ends.Right.Of<IkeEvent.Refused>()).Failure.Fault);
        Assert.Equal(0, ends.Right.Endpoint.Count);
    }

    private static IkeMessage Read(byte[] octets) => IkeMessage.TryRead(octets, out var message, out var failure) ? message : throw new InvalidOperationException(failure.ToString());

    private static byte[] Answer(LinkedEndpoints ends, NotifyPayload notify)
    {
        var header = new IkeHeader { InitiatorSpi = ends.Sent[0].Datagram.Header.InitiatorSpi, ResponderSpi = 0, Exchange = ExchangeType.IkeSaInit, MessageId = 0, IsResponse = true };
        return new IkeMessage(header, [notify]).ToArray();
    }
}
