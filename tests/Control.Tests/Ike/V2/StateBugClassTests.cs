using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>Classes of faults other implementations had in their state machines; the numbers are those of docs/lessons.md.</summary>
public sealed class StateBugClassTests
{
    private static readonly IdentificationPayload LeftName = new(true, Given.LeftId.Type, Given.LeftId.Value);

    // D(ESP, spi) twice in one message, and of a child that is gone.
    [Fact]
    public void BugClass12_DeleteTwice_DeletesOnce()
    {
        using var ends = Given.Established();
        ends.Order(ends.Left, new IkeCommand.DeleteChild(ends.Left.Inbound.Keys.Single()));
        ends.Order(ends.Left, new IkeCommand.DeleteChild(ends.Left.Endpoint.Children[0].InboundSpi));
        ends.Run(TimeSpan.FromSeconds(2));

        Assert.Single(ends.Left.Of<IkeEvent.ChildRemoved>());
        Assert.Single(ends.Right.Of<IkeEvent.ChildRemoved>());
        Assert.Single(ends.Right.Endpoint.Established);
    }

    // Every exchange but the one awaited, as request, before IKE_AUTH: the half-open IKE SA ends and nothing stands.
    [Theory]
    [InlineData(ExchangeType.CreateChildSa)]
    [InlineData(ExchangeType.Informational)]
    [InlineData(ExchangeType.IkeIntermediate)]
    [InlineData(ExchangeType.IkeSessionResume)]
    [InlineData((ExchangeType)240)]
    public void BugClass15_ExchangeBeforeAuthentication_EndsTheAttempt(ExchangeType exchange)
    {
        using var ends = Given.Ends();
        using var peer = new HandPeer(ends);
        IkePayload[] payloads = exchange == ExchangeType.CreateChildSa ? Forged.Creation(ProtocolId.Esp) : [];
        var answer = peer.Ask(exchange, 1, payloads);

        Assert.Equal(NotifyType.InvalidSyntax, answer!.FindError()!.Notify);
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen);
        Assert.Empty(ends.Right.Of<IkeEvent.ChildInstalled>());
        Assert.Null(peer.Ask(ExchangeType.IkeAuth, 2, LeftName, Proof()));
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(0, ends.Right.Endpoint.Count);
    }

    [Fact]
    public void BugClass15_ResponsesNobodyAskedFor_AreRefused()
    {
        using var ends = Given.Ends();
        using var peer = new HandPeer(ends);
        foreach (var exchange in Enum.GetValues<ExchangeType>().Where(exchange => exchange >= ExchangeType.IkeAuth))
        {
            Assert.Null(peer.Say(peer.Header(exchange, 1, isResponse: true)));
        }

        Assert.Equal(1, ends.Right.Endpoint.HalfOpen);
        Assert.All(ends.Right.Of<IkeEvent.Refused>(), refused => Assert.Equal(IkeFault.MessageIdOutside, refused.Failure.Fault));
    }

    [Fact]
    public void BugClass15_MessageIdsOutsideTheWindow_AreRefusedUnopened()
    {
        using var ends = Given.Ends();
        using var peer = new HandPeer(ends);
        foreach (var id in new uint[] { 2, 3, 1000, uint.MaxValue })
        {
            Assert.Null(peer.Ask(ExchangeType.IkeAuth, id, LeftName, Proof()));
        }

        Assert.Equal(1, ends.Right.Endpoint.HalfOpen);
    }

    // A wrong proof: told, forgotten, and no second try in the same IKE SA.
    [Fact]
    public void BugClass16_FailedAuthentication_LeavesNothing()
    {
        using var ends = Given.Ends();
        using var peer = new HandPeer(ends);
        var answer = peer.Ask(ExchangeType.IkeAuth, 1, LeftName, Proof());

        Assert.Equal(NotifyType.AuthenticationFailed, answer!.FindError()!.Notify);
        Assert.Null(peer.Ask(ExchangeType.IkeAuth, 2, LeftName, Proof()));
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen);
        Assert.Empty(ends.Right.Of<IkeEvent.IkeSaEstablished>());
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(0, ends.Right.Endpoint.Count);
    }

    [Fact]
    public void BugClass16_NoUsableProofOfOurOwn_EndsTheAttemptAtBoth()
    {
        using var ends = Given.Ends(right: model => model with { LocalProof = new ProofModel.Own([], IpsecDp.Ike.Identity.Signatures.SignatureRules.Default) });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
        Assert.Contains("no certificate of ours", Assert.Single(ends.Right.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.Ordinal);
    }

    // INVALID_KE_PAYLOAD for ever, naming one of two groups in turn.
    [Fact]
    public void BugClass23_InvalidKeForEver_IsFollowedAFewTimesOnly()
    {
        using var ends = Given.Ends(left: model => model with { Offers = [Given.IkeOffer("curve25519", "ecp-256")] });
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        for (var i = 0; i < 50; i++)
        {
            ends.Inject(ends.Left, Forged.FromRight, InitAnswer(ends, Notice.InvalidKePayload((ushort)(i % 2 == 0 ? 19 : 31))));
        }

        Assert.Equal(6, ends.Sent.Count);
    }

    [Fact]
    public void BugClass22_CookiesForEver_AreFollowedAFewTimesOnly()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        for (var i = 0; i < 50; i++)
        {
            ends.Inject(ends.Left, Forged.FromRight, InitAnswer(ends, new NotifyPayload(NotifyType.Cookie, Octets.Of((byte)i, 2, 3))));
        }

        Assert.Equal(6, ends.Sent.Count);
    }

    // One small packet: at most one reply, and a responder never repeats itself.
    [Fact]
    public void BugClass24_OneRequest_GetsOneReplyNotLargerThanItByMuch()
    {
        using var ends = Given.Ends();
        ends.Script = datagram => datagram.FromLeft ? LinkFate.Arrives : LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMilliseconds(10));
        ends.Run(TimeSpan.FromSeconds(1.9));

        var reply = Assert.Single(ends.Sent, sent => !sent.Datagram.FromLeft);
        Assert.True(reply.Datagram.Octets.Length < 1.5 * ends.Sent[0].Datagram.Octets.Length);
    }

    [Fact]
    public void BugClass25_RedirectLoop_EndsAfterFive()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        for (var i = 0; i < 20; i++)
        {
            Assert.True(IkeMessage.TryRead(ends.Sent[^1].Datagram.Octets, out var request, out _));
            var to = Redirection.To(Given.Address(i % 2 == 0 ? "192.0.2.50" : "192.0.2.51"), request.Find<NoncePayload>()!.Nonce);
            ends.Inject(ends.Left, Forged.FromRight, InitAnswer(ends, to.ToPayload(NotifyType.Redirect)));
        }

        Assert.Equal(6, ends.Sent.Count);
    }

    // Errors in clear for an IKE SA that stands: hints at most.
    [Theory]
    [InlineData(NotifyType.AuthenticationFailed)]
    [InlineData(NotifyType.InvalidIkeSpi)]
    [InlineData(NotifyType.InvalidSpi)]
    [InlineData(NotifyType.NoProposalChosen)]
    public void BugClass26_ErrorsInClear_ChangeNothing(NotifyType forged)
    {
        using var ends = Given.Established();
        var spis = ends.Left.Endpoint.Established[0];
        foreach (var (isResponse, id) in new[] { (false, 0u), (true, 0u), (true, 2u), (false, 2u) })
        {
            var header = new IkeHeader { InitiatorSpi = spis.Initiator, ResponderSpi = spis.Responder, Exchange = ExchangeType.Informational, MessageId = id, IsResponse = isResponse };
            ends.Inject(ends.Left, Forged.FromRight, new IkeMessage(header, [new NotifyPayload(forged), DeletePayload.IkeSa]).ToArray());
        }

        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 1);
        Assert.Equal(4, ends.Left.Of<IkeEvent.Refused>().Count());
    }

    // CREATE_CHILD_SA { SA(IKE), Ni, KE } before IKE_AUTH: a rekey would be an IKE SA nobody proved himself in.
    [Fact]
    public void BugClass41_RekeyBeforeAuthentication_MakesNothing()
    {
        using var ends = Given.Ends();
        using var peer = new HandPeer(ends);
        var answer = peer.Ask(ExchangeType.CreateChildSa, 1, Forged.Creation(ProtocolId.Ike));

        Assert.NotNull(answer!.FindError());
        Assert.Null(answer.Find<SaPayload>());
        Assert.Empty(ends.Right.Of<IkeEvent.IkeSaRekeyed>());
        ends.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(0, ends.Right.Endpoint.Count);
    }

    // A valid secret under a name that is another peer's.
    [Fact]
    public void BugClass42_RightSecretOfAnotherName_IsRefused()
    {
        using var ends = Given.Ends(left: model => model with { LocalId = IpsecDp.Ike.Identity.IkeId.OfHost("mallory.example") });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    private static AuthenticationPayload Proof() => new(AuthenticationMethod.SharedKey, new(new byte[32]));

    private static byte[] InitAnswer(LinkedEndpoints ends, NotifyPayload notify)
    {
        var header = new IkeHeader { InitiatorSpi = ends.Sent[0].Datagram.Header.InitiatorSpi, ResponderSpi = 0, Exchange = ExchangeType.IkeSaInit, MessageId = 0, IsResponse = true };
        return new IkeMessage(header, [notify]).ToArray();
    }
}
