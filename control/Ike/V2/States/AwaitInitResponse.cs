using System.Diagnostics.CodeAnalysis;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ike.V2.Handshakes;
using IpsecDp.Ike.V2.Redirections;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.States;

/// <summary>The first request is out. Anybody can answer it: what is not a usable answer changes nothing but what is reported at the end (RFC 7296 §2.21.1).</summary>
internal sealed class AwaitInitResponse(PeerSession session, InitRequest request, int turns = 0) : IkeState
{
    // Cookies, groups and redirections together; a forger could go on for ever.
    private const int MostTurns = 5;

    private string? _hint;

    private Octets Nonce => request.Nonce;

    /// <summary>The sending of the first request, and the state that follows.</summary>
    public static AwaitInitResponse Begin(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        var request = InitRequest.Begin(session, sa, session.RedirectedFrom, turn);
        sa.Window.Send(ExchangeType.IkeSaInit, [request.Datagram], sa.Path, turn);
        return new(session, request);
    }

    /// <inheritdoc/>
    public override bool IsHalfOpen => true;

    /// <inheritdoc/>
    public override IkeState OnInitResponse(IkeSaV2 sa, IkeMessage message, ReadOnlySpan<byte> datagram, in IkeTurn turn)
    {
        if (message.Find<SaPayload>() is not null)
        {
            return Proceed(sa, message, datagram, turn);
        }

        if (turns >= MostTurns)
        {
            return this;
        }

        if (message.FindNotify(NotifyType.Cookie) is { } cookie)
        {
            return Again(sa, request.With(session, sa, cookie.Data), turn);
        }

        if (message.FindNotify(NotifyType.InvalidKePayload)?.Word is { } method && method != request.Method
            && SuiteChoice.Offers(SuiteChoice.Usable(session.Connection.Offers), method))
        {
            return Again(sa, request.With(session, sa, method, turn), turn);
        }

        if (message.FindNotify(NotifyType.Redirect) is { } redirect && Redirection.TryRead(redirect, out var to) && to!.Nonce == request.Nonce)
        {
            return Redirect(sa, to, turn);
        }

        Hint(sa, $"the peer, or somebody in its name, answered {NotifyTypes.Name(message.FindError()?.Notify ?? NotifyType.None)}", turn);
        return this;
    }

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn)
    {
        Abandon(sa, turn);
        var reason = _hint is null ? "nobody answered the first request" : $"no usable answer to the first request: {_hint}";
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(session.Connection.Name, sa.Path, ExchangeType.IkeSaInit, reason));
        session.Fail(turn);
        return Closed.Instance;
    }

    /// <inheritdoc/>
    public override void Abandon(IkeSaV2 sa, in IkeTurn turn) => request.Dispose();

    private AwaitInitResponse Again(IkeSaV2 sa, InitRequest next, in IkeTurn turn)
    {
        sa.Window.Withdraw();
        sa.Window.Send(ExchangeType.IkeSaInit, [next.Datagram], sa.Path, turn);
        return new(session, next, turns + 1);
    }

    private AwaitInitResponse Redirect(IkeSaV2 sa, Redirection to, in IkeTurn turn)
    {
        if (to.Name is { } name)
        {
            if (!session.Host.Lookups.Has(session) && !RedirectRules.TryLookUp(new Named(session, sa, name, request.Nonce), to, turn, out var fault))
            {
                HintOfGateway(sa, fault, turn);
            }

            return this;
        }

        if (!RedirectRules.TryFollow(session, sa.Path, to, turn, out var gateway, out var reason))
        {
            HintOfGateway(sa, reason, turn);
            return this;
        }

        return GoOn(sa, gateway, turn);
    }

    private void HintOfGateway(IkeSaV2 sa, string reason, in IkeTurn turn) =>
        Hint(sa, $"the peer, or somebody in its name, sends this host on to another gateway: {reason}", turn);

    private AwaitInitResponse GoOn(IkeSaV2 sa, IpAddress gateway, in IkeTurn turn)
    {
        RedirectRules.Tell(session, sa.Path, gateway, turn);
        var from = sa.Path.Remote;
        sa.Path = sa.Path with { Remote = gateway };
        var next = InitRequest.Begin(session, sa, from, turn);
        request.Dispose();
        return Again(sa, next, turn);
    }

    private IkeState Proceed(IkeSaV2 sa, IkeMessage message, ReadOnlySpan<byte> datagram, in IkeTurn turn)
    {
        if (!TryAgree(message, out var agreement, out var suite, out var secret, out var failure))
        {
            Hint(sa, failure.ToString(), turn);
            return this;
        }

        sa.Window.Complete();
        sa.Spis = sa.Spis with { Responder = message.Header.ResponderSpi };
        var nonces = new NoncePair(request.Nonce.Span, message.Find<NoncePayload>()!.Nonce.Span);
        using (secret)
        using (var seed = KeySeed.OfInit(suite.Prf, nonces, secret))
        {
            sa.Protect(new(suite, SkKeys.Derive(suite, seed, nonces, sa.Spis), isInitiator: true));
        }

        var handshake = new Handshake
        {
            Request = request.Datagram,
            Response = datagram.ToArray(),
            Nonces = nonces,
            Support = PeerSupport.Of(message),
            Agreement = agreement,
            Requests = [.. message.All<CertificateRequestPayload>()],
            Intermediate = new(suite.Prf),
            Further = new(agreement.AdditionalKeyExchanges),
            // RFC 7296 §2.23: the request went out with a responder's SPI of zero, the answer carries both.
            Nat = NatDetection.Read(message, sa.Spis, sa.Path),
        };
        MoveToNatPort(sa, handshake.Nat, session.Connection.TakesMobike);
        session.Nat = handshake.Nat;
        sa.Room = InitPayloads.RoomOf(session.Connection, handshake.Support, sa.Path);
        var next = AwaitIntermediateResponse.Next(session, sa, handshake, turn);
        request.Dispose();
        return next;
    }

    private bool TryAgree(IkeMessage message, [NotNullWhen(true)] out Agreement? agreement, [NotNullWhen(true)] out IkeSuite? suite, [NotNullWhen(true)] out SecretBytes? secret, out IkeFailure failure)
    {
        (suite, secret) = (null, null);
        if (message.Header.ResponderSpi == 0)
        {
            agreement = null;
            failure = new(IkeFault.UnknownSa);
            return false;
        }

        if (!ProposalMatcher.TryAccept(request.Sent, message.Find<SaPayload>()!, new MatchRules(0), out agreement, out failure))
        {
            return false;
        }

        var value = message.Find<KeyExchangePayload>()!;
        failure = new(IkeFault.KeyExchangeMismatch, PayloadType.KeyExchange, value.Method);
        if (value.Method != agreement.KeyExchange || value.Method != request.Method || !SuiteChoice.TryMap(agreement, out suite))
        {
            return false;
        }

        // RFC 9370 §2.2.1: further key exchanges need a peer that speaks IKE_INTERMEDIATE.
        if (agreement.AdditionalKeyExchanges.Count > 0 && message.FindNotify(NotifyType.IntermediateExchangeSupported) is null)
        {
            failure = new(IkeFault.ProposalNotOffered, PayloadType.SecurityAssociation);
            return false;
        }

        failure = new(IkeFault.KeyExchangeLength, PayloadType.KeyExchange, value.Method);
        return request.Exchange.Agree(value.Value.Span, out secret) == KeyExchangeFault.None && secret is not null;
    }

    // RFC 7296 §2.23: behind a NAT everything after the first exchange goes over port 4500. RFC 4555 §3.3: without one too, where addresses may move behind one later.
    private static void MoveToNatPort(IkeSaV2 sa, NatDetection nat, bool isMobile)
    {
        if ((nat.IsAny || (isMobile && nat.IsSpoken)) && sa.Path is { LocalPort: IkePath.Port, RemotePort: IkePath.Port })
        {
            sa.Path = sa.Path with { LocalPort = IkePath.NatPort, RemotePort = IkePath.NatPort };
        }
    }

    private void Hint(IkeSaV2 sa, string hint, in IkeTurn turn)
    {
        if (_hint is null)
        {
            turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"{sa.Path}: {hint}; nothing proves that, so an answer is still waited for"));
        }

        _hint = hint;
    }

    // The request that was redirected is repeated until the name is an address.
    private sealed class Named(PeerSession session, IkeSaV2 sa, string name, Octets nonce) : AwaitedName(session, sa.Path, name)
    {
        private AwaitInitResponse? Waiting => sa.State is AwaitInitResponse state && state.Nonce == nonce ? state : null;

        public override bool IsWanted => Waiting is not null;

        public override void Follow(IpAddress gateway, in IkeTurn turn)
        {
            sa.Enter(Waiting!.GoOn(sa, gateway, turn), turn);
            sa.Host.Timers.Schedule(sa);
        }

        public override void Refuse(string reason, in IkeTurn turn) => Waiting!.HintOfGateway(sa, reason, turn);
    }
}
