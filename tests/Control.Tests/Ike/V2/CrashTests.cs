using Control.Tests.Ike.V2.Kit;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>QUICK_CRASH_DETECTION (RFC 6290): token maker and taker, each with the twin that must not work.</summary>
public sealed class CrashTests
{
    private static IkeModel Model(bool isLeft, byte secret, bool takes = true) =>
        Given.Model(Given.Connection(isLeft) with { TakesCrashTokens = takes }) with { CrashSecret = Secret(secret) };

    private static SecretBytes Secret(byte octet)
    {
        var octets = new byte[32];
        Array.Fill(octets, octet);
        return new(octets);
    }

    private static LinkedEndpoints Established(bool takes = true, bool fromLeft = true)
    {
        var ends = new LinkedEndpoints(Model(true, 1, takes), Model(false, 2, takes));
        ends.Order(fromLeft ? ends.Left : ends.Right, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));
        Agreed.Hold(ends, children: 1);
        return ends;
    }

    // IKE_AUTH { …, N(QUICK_CRASH_DETECTION) } both ways; INFORMATIONAL →  ← in clear { N(INVALID_IKE_SPI), N(QUICK_CRASH_DETECTION) }
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Crash_PeerProvesIt_EndsTheSessionAtOnce(bool fromLeft)
    {
        using var ends = Established(fromLeft: fromLeft);
        ends.Right.Restart(Model(false, 2));
        Probe(ends);

        Assert.Contains("RFC 6290", Assert.Single(ends.Left.Of<IkeEvent.IkeSaClosed>()).Reason, StringComparison.Ordinal);
        Assert.Empty(ends.Left.Inbound);
        Assert.Equal(0, ends.Left.Endpoint.Count);
    }

    [Fact]
    public void Crash_AutomaticChild_ComesBackAtOnce()
    {
        using var ends = new LinkedEndpoints(Automatic(Model(true, 1)), Model(false, 2));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Right.Restart(Model(false, 2));
        Probe(ends);

        Agreed.Hold(ends, children: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Crash_SecretDidNotSurviveOrIsNotTaken_ChangesNothing(bool takes)
    {
        using var ends = Established(takes);
        ends.Right.Restart(Model(false, takes ? (byte)3 : (byte)2));
        Probe(ends);

        Assert.Single(ends.Left.Inbound);
        Assert.Equal(IkeFault.CrashTokenWrong, Assert.Single(ends.Left.Of<IkeEvent.Refused>()).Failure.Fault);
    }

    // Any bit of the token turned, and a token without INVALID_IKE_SPI: nothing. Of four tokens one may be right, from whatever address (§4.5).
    [Fact]
    public void Token_Forged_ChangesNothing_AndOneOfFourIsEnough()
    {
        using var ends = Established();
        ends.Right.Restart(Model(false, 2));
        ends.Script = datagram => datagram.FromLeft ? LinkFate.Arrives : LinkFate.Lost;
        Probe(ends);
        var answer = ends.Sent.Last(sent => !sent.Datagram.FromLeft).Datagram;
        Assert.True(IkeMessage.TryRead(answer.Octets, out var said, out _));
        var token = said.FindNotify(NotifyType.QuickCrashDetection)!;
        for (var bit = 0; bit < token.Data.Length * 8; bit++)
        {
            byte[] turned = [.. token.Data.Span];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            ends.Inject(ends.Left, Forged.FromRight, new IkeMessage(said.Header, [new NotifyPayload(NotifyType.InvalidIkeSpi), token with { Data = new(turned) }]).ToArray());
        }

        ends.Inject(ends.Left, Forged.FromRight, new IkeMessage(said.Header, [token]).ToArray());
        Assert.Single(ends.Left.Inbound);
        var other = token with { Data = new(new byte[32]) };
        ends.Inject(ends.Left, Forged.FromRight with { Remote = Given.Address("203.0.113.9") }, new IkeMessage(said.Header, [new NotifyPayload(NotifyType.InvalidIkeSpi), other, other, other, token]).ToArray());
        Assert.Empty(ends.Left.Inbound);
    }

    // §9.1: a request that claims the other role, or SPIs turned around, does not get the token of an IKE SA that stands.
    [Fact]
    public void Token_OfAnIkeSaThatStands_IsNeverGivenInClear()
    {
        using var ends = Established();
        var spis = ends.Right.Endpoint.Established[0];
        var before = ends.Sent.Count;
        foreach (var isFromInitiator in new[] { true, false })
        {
            foreach (var pair in new[] { spis, new IkeSpis(spis.Responder, spis.Initiator) })
            {
                Ask(ends, pair, isFromInitiator);
            }
        }

        var answers = ends.Sent.Skip(before).Where(sent => !sent.Datagram.FromLeft).Select(sent => sent.Datagram.Octets).ToList();
        ends.Right.Restart(Model(false, 2));
        Ask(ends, spis, isFromInitiator: true);
        var real = Token(ends.Sent[^1].Datagram.Octets)!.Data;
        Assert.DoesNotContain(answers, octets => Token(octets)?.Data == real);
    }

    [Fact]
    public void Token_AskedForByAFlood_IsGivenAFewTimesASecond()
    {
        using var ends = Established();
        var spis = ends.Right.Endpoint.Established[0];
        ends.Right.Restart(Model(false, 2));
        var before = ends.Sent.Count;
        for (var i = 0; i < 500; i++)
        {
            Ask(ends, spis, isFromInitiator: true);
        }

        Assert.Equal(20, ends.Sent.Count - before);
    }

    [Fact]
    public void Token_ShownByAFlood_IsLookedAtABoundedNumberOfTimesASecond()
    {
        using var ends = Established();
        var header = new IkeHeader { InitiatorSpi = ends.Left.Endpoint.Established[0].Initiator, ResponderSpi = ends.Left.Endpoint.Established[0].Responder, Exchange = ExchangeType.Informational, MessageId = 7, IsResponse = true };
        var forged = new IkeMessage(header, [new NotifyPayload(NotifyType.InvalidIkeSpi), new NotifyPayload(ProtocolId.Ike, Octets.Empty, NotifyType.QuickCrashDetection, new(new byte[32]))]).ToArray();
        for (var i = 0; i < 1500; i++)
        {
            ends.Inject(ends.Left, Forged.FromRight, [.. forged]);
        }

        Assert.Equal(500, ends.Left.Of<IkeEvent.Refused>().Count(refused => refused.Failure.Fault == IkeFault.RateLimited));
        Assert.Single(ends.Left.Inbound);
    }

    // §4.3: after a rekey the token is that of the successor, whoever began it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rekey_OfTheIkeSa_BringsItsOwnToken(bool fromLeft)
    {
        using var ends = Established();
        ends.Order(fromLeft ? ends.Left : ends.Right, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(5));
        ends.Right.Restart(Model(false, 2));
        Probe(ends);

        Assert.Empty(ends.Left.Inbound);
    }

    // §4.4: a secret that changes under IKE SAs that stand is followed by new tokens.
    [Fact]
    public void Secret_Changed_TheNewTokenIsTold()
    {
        using var ends = Established();
        ends.Order(ends.Right, new IkeCommand.Reload(Model(false, 9)));
        ends.Run(TimeSpan.FromSeconds(1));
        ends.Right.Restart(Model(false, 9));
        Probe(ends);

        Assert.Empty(ends.Left.Inbound);
    }

    private static IkeModel Automatic(IkeModel model) => model with
    {
        Connections = [.. model.Connections.Select(connection => connection with { Children = [.. connection.Children.Select(child => child with { Start = ChildStart.Automatic })] })],
    };

    private static void Probe(LinkedEndpoints ends)
    {
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(1));
    }

    private static void Ask(LinkedEndpoints ends, IkeSpis spis, bool isFromInitiator) =>
        ends.Inject(ends.Right, Forged.FromLeft, Forged.Sealed(spis, isFromInitiator, messageId: 900));

    private static NotifyPayload? Token(byte[] octets) => IkeMessage.TryRead(octets, out var message, out _) ? message.FindNotify(NotifyType.QuickCrashDetection) : null;
}
