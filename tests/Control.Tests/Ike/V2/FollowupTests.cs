using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.V2;

/// <summary>CREATE_CHILD_SA { …, N(ADDITIONAL_KEY_EXCHANGE) } and IKE_FOLLOWUP_KE { KE(i), N } → ← { KE(i) [, N] } (RFC 9370 §2.2.4).</summary>
public sealed class FollowupTests
{
    private static readonly string[] Methods = ["ecp-256", "ecp-384", "modp-2048"];

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void RekeyChild_WithFurtherKeyExchanges_RunsEachInItsOrder(int count, bool fromLeft)
    {
        using var ends = Given.Established(model => Further(model, 0, count));
        var end = fromLeft ? ends.Left : ends.Right;
        ends.Order(end, new IkeCommand.RekeyChild(end.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(20));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
        Assert.Equal(count, Followups(ends));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void RekeyIke_WithFurtherKeyExchanges_ChildrenGoOnUnderTheSuccessor(int count, bool fromLeft)
    {
        using var ends = Given.Established(model => Further(model, count, 0));
        ends.Order(fromLeft ? ends.Left : ends.Right, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(1));

        One(ends);
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaRekeyed>());
        Assert.Equal(count, Followups(ends));
        ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(5));
        One(ends);
    }

    [Fact]
    public void CreateChild_WithFurtherKeyExchanges_IsMadeAfterThem()
    {
        using var ends = Given.Established(model => Further(model, 0, 2) with { Children = [.. Further(model, 0, 2).Children, Further(model, 0, 2).Children[0] with { Name = "more" }] });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "more"));
        ends.Run(TimeSpan.FromSeconds(5));

        Agreed.Hold(ends, children: 2);
        Assert.Equal(2, Followups(ends));
    }

    // The lost message is repeated, and nothing is made twice.
    [Theory]
    [InlineData(ExchangeType.CreateChildSa, false)]
    [InlineData(ExchangeType.CreateChildSa, true)]
    [InlineData(ExchangeType.IkeFollowupKe, false)]
    [InlineData(ExchangeType.IkeFollowupKe, true)]
    public void Series_EachMessageLostOnce_IsRunAllTheSame(ExchangeType exchange, bool isResponse)
    {
        using var ends = Given.Established(model => Further(model, 2, 2));
        var lost = new HashSet<(uint, bool)>();
        ends.Script = datagram => datagram.Header.Exchange == exchange && datagram.Header.IsResponse == isResponse && lost.Add((datagram.Header.MessageId, datagram.FromLeft)) ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMinutes(1));

        One(ends);
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaRekeyed>());
    }

    // RFC 9370 §2.2.4: the series with the lowest nonce is given up by who began it, or, past CREATE_CHILD_SA, TEMPORARY_FAILURE is answered.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(900)]
    [InlineData(2500)]
    public void RekeyChild_FromBothAtOnce_OneSuccessorStays(int late)
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            using var ends = Given.Established(model => Further(model, 0, 2), seed);
            ends.Script = datagram => datagram.FromLeft && datagram.IsRequest(ExchangeType.CreateChildSa) ? LinkFate.Late(TimeSpan.FromMilliseconds(late)) : LinkFate.Arrives;
            ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
            ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
            ends.Run(TimeSpan.FromMinutes(5));

            One(ends);
            Assert.InRange(ends.Left.Of<IkeEvent.ChildInstalled>().Count(), 2, 3);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(900)]
    [InlineData(2500)]
    public void RekeyIke_FromBothAtOnce_OneSuccessorStays(int late)
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            using var ends = Given.Established(model => Further(model, 2, 0), seed);
            ends.Script = datagram => datagram.FromLeft && datagram.IsRequest(ExchangeType.CreateChildSa) ? LinkFate.Late(TimeSpan.FromMilliseconds(late)) : LinkFate.Arrives;
            var former = ends.Left.Endpoint.Established[0];
            ends.Order(ends.Left, new IkeCommand.RekeyIke(former));
            ends.Order(ends.Right, new IkeCommand.RekeyIke(former));
            ends.Run(TimeSpan.FromMinutes(5));

            One(ends);
            Assert.NotEqual(former, ends.Left.Endpoint.Established[0]);
        }
    }

    // One end wants further key exchanges and takes none without, the other takes both: the two collide as plain and as series.
    [Fact]
    public void RekeyChild_OneWithAndOneWithoutASeries_OneSuccessorStays()
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            using var ends = Given.Established(model => Optional(model, isWanted: model.LocalId == Given.LeftId), seed);
            ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
            ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
            ends.Run(TimeSpan.FromMinutes(5));

            One(ends);
        }
    }

    // A request for what is already in a series of ours: TEMPORARY_FAILURE, and the series goes on.
    [Fact]
    public void RekeyChild_WhileASeriesOfOursRuns_IsToldToWait()
    {
        using var ends = Given.Established(model => Further(model, 0, 1));
        ends.Script = datagram => datagram.IsRequest(ExchangeType.IkeFollowupKe) ? LinkFate.Late(TimeSpan.FromMilliseconds(500)) : LinkFate.Arrives;
        var held = ends.Right.Inbound.Keys.Single();
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromMilliseconds(100));
        var spi = ends.Right.Inbound[held].InboundSpi;
        var asked = new Say(ExchangeType.CreateChildSa, [Notice.RekeySa(ProtocolId.Esp, spi), .. Creation()]).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(5));

        Assert.Equal(NotifyType.TemporaryFailure, asked.Answer!.FindError()!.Notify);
        One(ends);
    }

    // While the peer's series for the IKE SA runs, nothing begins in it from here: what it would be answered could come too late (session 1007819 of the fuzzer).
    [Fact]
    public void RekeyIke_WhileThePeersSeriesRuns_NothingBeginsInTheFormerIkeSa()
    {
        using var ends = Given.Established(model => Further(model, 1, 0));
        ends.Script = datagram => datagram.IsRequest(ExchangeType.IkeFollowupKe) ? LinkFate.Late(TimeSpan.FromMilliseconds(500))
            : datagram.FromLeft && datagram.IsRequest(ExchangeType.Informational) && datagram.Header.InitiatorSpi == ends.Sent[0].Datagram.Header.InitiatorSpi ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Right, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromMilliseconds(100));
        ends.Order(ends.Left, new IkeCommand.DeleteChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Single(ends.Left.Endpoint.Established);
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaRekeyed>());
    }

    [Fact]
    public void Series_NotGoneOnWith_IsForgottenAndStateNotFoundIsAnswered()
    {
        using var ends = Given.Established(model => Further(model, 0, 1));
        var lost = 0;
        ends.Script = datagram => datagram.IsRequest(ExchangeType.IkeFollowupKe) && lost++ < 6 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromMinutes(4));

        One(ends);
        Assert.Equal(2, ends.Left.Of<IkeEvent.ChildInstalled>().Count());
        Assert.Equal(8, ends.Sent.Count(sent => sent.Datagram.IsRequest(ExchangeType.IkeFollowupKe)));
    }

    // RFC 9370 §2.2.4: STATE_NOT_FOUND after several tries is the end of the IKE SA.
    [Fact]
    public void StateNotFound_AgainAndAgain_ClosesTheIkeSa()
    {
        using var ends = Given.Established(model => Further(model, 0, 1));
        ends.Script = datagram =>
        {
            if (datagram.IsRequest(ExchangeType.IkeFollowupKe))
            {
                ends.Right.Endpoint.Host.Index.Sessions.Single().Series.Clear();
            }

            return LinkFate.Arrives;
        };
        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromMinutes(5));

        Assert.Contains("further key exchanges", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason, StringComparison.Ordinal);
        Assert.Empty(ends.Left.Inbound);
        Assert.Empty(ends.Right.Inbound);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Followup_OfNoSeriesOrOfAnotherMethod_MakesNothing(bool isOfASeries)
    {
        using var ends = Given.Established(model => Further(model, 0, 1));
        var link = Octets.Of(1, 2, 3, 4);
        if (isOfASeries)
        {
            var asked = new Say(ExchangeType.CreateChildSa, Creation()).By(ends, ends.Left);
            ends.Run(TimeSpan.FromMilliseconds(100));
            link = asked.Answer!.FindNotify(NotifyType.AdditionalKeyExchange)!.Data;
        }

        var next = new Say(ExchangeType.IkeFollowupKe, new KeyExchangePayload(31, new(new byte[32])), new NotifyPayload(NotifyType.AdditionalKeyExchange, link)).By(ends, ends.Left);
        ends.Run(TimeSpan.FromSeconds(1));

        // A key exchange of another method is badly formatted, which ends the IKE SA (RFC 7296 §2.21.3).
        Assert.Equal(isOfASeries ? null : NotifyType.StateNotFound, next.Answer?.FindError()!.Notify);
        Agreed.Hold(ends, isOfASeries ? 0 : 1);
        Assert.Single(ends.Left.Of<IkeEvent.ChildInstalled>());
    }

    // Where the platform has ML-KEM it is a further key exchange like any other; where not, an offer that insists on it cannot be used, and that is said.
    [Fact]
    public void MlKem_AsFurtherKeyExchange_IsRunOrSaidToBeMissing()
    {
        using var ends = Given.Ends(Quantum, Quantum);
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        if (!KeyExchangeMethod.Of(KeyExchangeId.MlKem768).IsAvailable)
        {
            Assert.Contains("platform", Assert.Single(ends.Left.Of<IkeEvent.NegotiationFailed>()).Reason, StringComparison.Ordinal);
            Agreed.Hold(ends, children: 0);
            return;
        }

        ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(5));
        One(ends);
        Assert.Equal(1, Followups(ends));
    }

    private static ConnectionModel Quantum(ConnectionModel model) => model with
    {
        Offers = [new(ProtocolId.Ike, [Transforms.Encryption("aes-256-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519"), Transforms.KeyExchange(1, "ml-kem-768")])],
    };

    internal static ConnectionModel Further(ConnectionModel model, int ofIke, int ofChild) => model with
    {
        Offers = [new(ProtocolId.Ike, [Transforms.Encryption("aes-256-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519"), .. Additional(ofIke)])],
        Children = [.. model.Children.Select(child => child with { Offers = [ChildOffer(ofChild)] })],
    };

    internal static Offer ChildOffer(int count) => new(ProtocolId.Esp, [Transforms.Encryption("aes-256-gcm-16"), Transforms.KeyExchange("curve25519"), .. Additional(count), Transforms.PlainNumbers]);

    private static ConnectionModel Optional(ConnectionModel model, bool isWanted)
    {
        var none = new Transform(TransformType.AdditionalKeyExchange1, Transform.NoneId, []);
        ValueList<Transform> further = isWanted ? [.. Additional(1)] : [none, .. Additional(1)];
        return model with
        {
            Children = [.. model.Children.Select(child => child with { Offers = [new(ProtocolId.Esp, [Transforms.Encryption("aes-256-gcm-16"), Transforms.KeyExchange("curve25519"), .. further, Transforms.PlainNumbers])] })],
        };
    }

    private static IEnumerable<Transform> Additional(int count) => Methods.Take(count).Select((method, i) => Transforms.KeyExchange(i + 1, method));

    private static IkePayload[] Creation()
    {
        var any = IpsecDp.Ike.Messages.Selectors.IkeSelector.Any(IpsecDp.Wire.Ip.IpVersion.V4);
        byte[] value = new byte[32];
        value[0] = 9;
        return
        [
            new SaPayload([.. ChildOffer(1).ToProposals(1, Octets.Of(1, 2, 3, 4), false)]), new NoncePayload(new(new byte[32])), new KeyExchangePayload(31, new(value)),
            new SelectorsPayload(true, [any]), new SelectorsPayload(false, [any]),
        ];
    }

    private static int Followups(LinkedEndpoints ends) => ends.Sent.Where(sent => sent.Datagram.IsResponse(ExchangeType.IkeFollowupKe))
        .DistinctBy(sent => (sent.Datagram.FromLeft, sent.Datagram.Header.MessageId, sent.Datagram.Header.InitiatorSpi)).Count();

    private static void One(LinkedEndpoints ends)
    {
        Agreed.Hold(ends, children: 1);
        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
        Assert.Equal((1, 1), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
        Assert.Null(ends.Left.Endpoint.Host.Index.Sessions.Single().Series.WakeAt);
        Assert.Null(ends.Right.Endpoint.Host.Index.Sessions.Single().Series.WakeAt);
    }
}
