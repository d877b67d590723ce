using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.Handshakes;

namespace IpsecDp.Ike.V2.States;

/// <summary>A further key exchange is out (RFC 9242, RFC 9370 §2.2.2).</summary>
internal sealed class AwaitIntermediateResponse : IkeState
{
    private readonly PeerSession _session;
    private readonly Handshake _handshake;
    private readonly IKeyExchange _exchange;

    private AwaitIntermediateResponse(PeerSession session, Handshake handshake, IKeyExchange exchange) =>
        (_session, _handshake, _exchange) = (session, handshake, exchange);

    /// <inheritdoc/>
    public override bool IsHalfOpen => true;

    /// <summary>Sends the next further key exchange, or goes on to IKE_AUTH when none is left.</summary>
    public static IkeState Next(PeerSession session, IkeSaV2 sa, Handshake handshake, in IkeTurn turn)
    {
        if (!handshake.Further.TryDequeue(out var method))
        {
            return AwaitAuthResponse.Begin(session, sa, handshake, turn);
        }

        KeyExchangeMethod.TryFind(method, out var found);
        var exchange = KeyExchanges.Begin(found!, KeyExchangeRole.Initiator, turn.Entropy);
        ValueList<IkePayload> payloads = [new KeyExchangePayload(method, new(exchange.PublicValue.Span))];
        var (header, inner) = IntermediateText.Of(sa.HeaderOf(ExchangeType.IkeIntermediate, sa.Window.NextId, isResponse: false), payloads);
        handshake.Intermediate.AddRequest(sa.Protection!.Keys.Initiator.Proof, header, inner);
        sa.Request(ExchangeType.IkeIntermediate, payloads, turn);
        return new AwaitIntermediateResponse(session, handshake, exchange);
    }

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn)
    {
        var message = response.Value;
        var value = message.Find<KeyExchangePayload>();
        if (message.FindError() is { } error)
        {
            return Fail(sa, $"the peer answered {NotifyTypes.Name(error.Notify)}", turn);
        }

        if (value is null || value.Method != (ushort)_exchange.Method.Id || _exchange.Agree(value.Value.Span, out var secret) != KeyExchangeFault.None)
        {
            return Fail(sa, "the peer's further key exchange is missing or not sound", turn);
        }

        var (header, inner) = IntermediateText.Of(message.Header, message.Payloads);
        _handshake.Intermediate.AddResponse(sa.Protection!.Keys.Responder.Proof, header, inner);
        FurtherKeys.Apply(sa, _handshake, secret!);
        _exchange.Dispose();
        return Next(_session, sa, _handshake, turn);
    }

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn) => Fail(sa, "nobody answered", turn);

    /// <inheritdoc/>
    public override void Abandon(IkeSaV2 sa, in IkeTurn turn) => _exchange.Dispose();

    private Closed Fail(IkeSaV2 sa, string reason, in IkeTurn turn)
    {
        Abandon(sa, turn);
        turn.Outbox.Raise(new IkeEvent.NegotiationFailed(_session.Connection.Name, sa.Path, ExchangeType.IkeIntermediate, reason));
        _session.Fail(turn);
        return Closed.Instance;
    }
}
