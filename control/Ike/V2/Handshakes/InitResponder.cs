using System.Diagnostics.CodeAnalysis;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>Answers first requests: cheap before dear, and with no memory kept before a peer showed that it is where it says (RFC 7296 §2.6).</summary>
internal sealed class InitResponder(IkeHost host)
{
    /// <summary>Takes an IKE_SA_INIT request.</summary>
    public void Receive(in IkePath path, ReadOnlySpan<byte> datagram, in IkeHeader header, in IkeTurn turn)
    {
        if (header.IsResponse || !header.IsFromInitiator || header.ResponderSpi != 0 || header.MessageId != 0)
        {
            IkeHost.Refuse(path, new(IkeFault.UnexpectedMessage), turn);
            return;
        }

        if (host.Index.FindBegun(path, header.InitiatorSpi) is { State: AwaitAuthRequest begun } sa && begun.Began(datagram))
        {
            begun.AnswerAgain(path, turn);
            return;
        }

        var (local, remote) = (path.Local, path.Remote);
        ValueList<ConnectionModel> connections = [.. host.Model.Connections.Where(connection => connection.Fits(local, remote))];
        if (connections.Count == 0)
        {
            Reply(path, header, new NotifyPayload(NotifyType.NoProposalChosen), new(IkeFault.UnknownPeer), turn);
            return;
        }

        if (!IkeMessage.TryRead(datagram, out var message, out var failure) || !MandatoryPayloads.TryCheck(message, out failure))
        {
            var notify = NotifyMap.Of(failure);
            Reply(path, header, notify, failure, turn);
            return;
        }

        if (MayBegin(path, message, turn))
        {
            Answer(path, datagram, message, connections, turn);
        }
    }

    private bool MayBegin(in IkePath path, IkeMessage message, in IkeTurn turn)
    {
        var limits = host.Model.Limits;
        var nonce = message.Find<NoncePayload>()!.Nonce.Span;
        if (host.HalfOpen.Total >= limits.CookiesFrom || host.HalfOpen.Of(path.Remote) >= limits.CookiesFromOnePeer)
        {
            if (message.FindNotify(NotifyType.Cookie) is not { } cookie)
            {
                var made = host.Cookies.Make(nonce, path.Remote, message.Header.InitiatorSpi, turn);
                Send(path, message.Header, new NotifyPayload(NotifyType.Cookie, made), turn);
                return false;
            }

            if (!host.Cookies.Accepts(cookie.Data.Span, nonce, path.Remote, message.Header.InitiatorSpi, turn))
            {
                IkeHost.Refuse(path, new(IkeFault.CookieInvalid, PayloadType.Notify), turn);
                return false;
            }
        }

        if (host.Index.Peers.CountOf(path.Remote) >= limits.SessionsOfOneAddress)
        {
            IkeHost.Refuse(path, new(IkeFault.TooManyOfAddress, Detail: limits.SessionsOfOneAddress), turn);
            return false;
        }

        if (!host.HalfOpen.Allows(path.Remote, limits))
        {
            IkeHost.Refuse(path, new(IkeFault.TooManyHalfOpen), turn);
            return false;
        }

        return true;
    }

    private void Answer(in IkePath path, ReadOnlySpan<byte> datagram, IkeMessage message, ValueList<ConnectionModel> connections, in IkeTurn turn)
    {
        var value = message.Find<KeyExchangePayload>()!;
        if (!TryChoose(message, connections, value.Method, out var agreement, out var suite))
        {
            Reply(path, message.Header, new NotifyPayload(NotifyType.NoProposalChosen), new(IkeFault.NoProposalChosen, PayloadType.SecurityAssociation), turn);
            return;
        }

        if (agreement.KeyExchange != value.Method)
        {
            Reply(path, message.Header, Notice.InvalidKePayload(agreement.KeyExchange), new(IkeFault.KeyExchangeMismatch, PayloadType.KeyExchange, value.Method), turn);
            return;
        }

        using var exchange = KeyExchanges.Begin(suite.KeyExchange, KeyExchangeRole.Responder, turn.Entropy);
        if (exchange.Agree(value.Value.Span, out var secret) != KeyExchangeFault.None)
        {
            Reply(path, message.Header, new NotifyPayload(NotifyType.InvalidSyntax), new(IkeFault.KeyExchangeLength, PayloadType.KeyExchange, value.Method), turn);
            return;
        }

        using (secret)
        {
            Begin(path, datagram, message, connections, agreement, suite, new(exchange.PublicValue.Span), secret!, turn);
        }
    }

    private void Begin(in IkePath path, ReadOnlySpan<byte> datagram, IkeMessage message, ValueList<ConnectionModel> connections, Agreement agreement, IkeSuite suite, Octets value, SecretBytes secret, in IkeTurn turn)
    {
        var spis = new IkeSpis(message.Header.InitiatorSpi, host.NewIkeSpi(turn));
        var sa = new IkeSaV2(host, session: null, isInitiator: false, spis, path, turn);
        var nonce = Dice.Nonce(turn.Entropy);
        var payloads = new List<IkePayload> { new SaPayload([agreement.ToAnswer(Octets.Empty)]), new KeyExchangePayload((ushort)suite.KeyExchange.Id, value), new NoncePayload(nonce) };
        payloads.AddRange(InitPayloads.Common(connections, spis, path));
        if (connections.Any(connection => connection.TakesChildless))
        {
            payloads.Add(new NotifyPayload(NotifyType.ChildlessIkev2Supported));
        }

        if (InitPayloads.CertificateRequest(connections) is { } request)
        {
            payloads.Add(request);
        }

        var response = new IkeMessage(sa.HeaderOf(ExchangeType.IkeSaInit, 0, isResponse: true), [.. payloads]).ToArray();
        var nonces = new NoncePair(message.Find<NoncePayload>()!.Nonce.Span, nonce.Span);
        using (var seed = KeySeed.OfInit(suite.Prf, nonces, secret))
        {
            sa.Protect(new(suite, SkKeys.Derive(suite, seed, nonces, spis), isInitiator: false));
        }

        var handshake = new Handshake
        {
            Request = datagram.ToArray(),
            Response = response,
            Nonces = nonces,
            Support = PeerSupport.Of(message),
            Agreement = agreement,
            Intermediate = new(suite.Prf),
            Further = new(agreement.AdditionalKeyExchanges),
            Nat = NatDetection.Read(message, spis with { Responder = 0 }, path),
        };
        sa.Window.Answer([response], path, turn);
        host.Index.Add(sa);
        host.Index.AddBegun(sa, path);
        host.HalfOpen.Add(path.Remote);
        sa.Room = InitPayloads.RoomOf(connections[0], handshake.Support, path);
        sa.Enter(new AwaitAuthRequest(handshake, connections, path, turn.Now + host.Model.Limits.HalfOpenTime), turn);
        host.Timers.Schedule(sa);
    }

    private static bool TryChoose(IkeMessage message, ValueList<ConnectionModel> connections, ushort method, [NotNullWhen(true)] out Agreement? agreement, [NotNullWhen(true)] out IkeSuite? suite)
    {
        var asked = message.Find<SaPayload>()!;
        var speaksIntermediate = message.FindNotify(NotifyType.IntermediateExchangeSupported) is not null;
        foreach (var connection in connections)
        {
            if (ProposalMatcher.TryChoose(SuiteChoice.Usable(connection.Offers), asked, new MatchRules(0, SentMethod: method), out agreement, out _)
                && SuiteChoice.TryMap(agreement, out suite) && (speaksIntermediate || agreement.AdditionalKeyExchanges.Count == 0))
            {
                return true;
            }
        }

        (agreement, suite) = (null, null);
        return false;
    }

    private void Reply(in IkePath path, in IkeHeader request, NotifyPayload? notify, in IkeFailure failure, in IkeTurn turn)
    {
        IkeHost.Refuse(path, failure, turn);
        if (notify is not null && host.Replies.TryTake(host.Model.Limits.ErrorReplies, turn.Now))
        {
            Send(path, request, notify, turn);
        }
    }

    // No SA, no memory: the responder's SPI is zero (RFC 7296 §2.6, §2.21.1).
    private static void Send(in IkePath path, in IkeHeader request, NotifyPayload notify, in IkeTurn turn)
    {
        var header = new IkeHeader { InitiatorSpi = request.InitiatorSpi, ResponderSpi = 0, Exchange = ExchangeType.IkeSaInit, MessageId = 0, IsResponse = true };
        turn.Outbox.Send(new(path, new IkeMessage(header, [notify]).ToArray()));
    }
}
