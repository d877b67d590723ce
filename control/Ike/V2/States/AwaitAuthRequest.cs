using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Authentication;
using IpsecDp.Ike.V2.Handshakes;

namespace IpsecDp.Ike.V2.States;

/// <summary>Keys are shared with somebody who has to prove who he is; until then nothing he sends does more than that.</summary>
internal sealed class AwaitAuthRequest(Handshake handshake, ValueList<ConnectionModel> connections, IkePath began, DateTimeOffset until) : IkeState
{
    private ValueList<ConnectionModel> _connections = connections;
    private bool _isForgotten;

    /// <inheritdoc/>
    public override DateTimeOffset? WakeAt => until;

    /// <inheritdoc/>
    public override bool IsHalfOpen => true;

    /// <summary>Whether a first request is the one that began this.</summary>
    public bool Began(ReadOnlySpan<byte> datagram) => datagram.SequenceEqual(handshake.Request);

    /// <summary>The policy changed: who proves himself from here on does so under the new one.</summary>
    public void Follow(IkeModel model) => _connections = [.. model.Connections.Where(connection => connection.Fits(began.Local, began.Remote))];

    /// <summary>Sends the first answer again.</summary>
    public void AnswerAgain(in IkePath path, in IkeTurn turn) => turn.Outbox.Send(new(path, handshake.Response));

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn)
    {
        var message = request.Value;
        switch (message.Header.Exchange)
        {
            case ExchangeType.IkeIntermediate when handshake.Further.TryDequeue(out var method):
                return Intermediate(sa, message, method, turn);
            case ExchangeType.IkeAuth when handshake.Further.Count == 0:
                Forget(sa);
                return new AuthResponder(sa, handshake, _connections).Answer(message, turn);
            default:
                Forget(sa);
                sa.Respond(message.Header, [new NotifyPayload(NotifyType.InvalidSyntax)], turn);
                return Closed.Until(turn.Now + Closed.Lingering);
        }
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState Wake(IkeSaV2 sa, in IkeTurn turn)
    {
        Forget(sa);
        return Closed.Instance;
    }

    /// <inheritdoc/>
    public override void Abandon(IkeSaV2 sa, in IkeTurn turn) => Forget(sa);

    // RFC 9370 §2.2.2: each further key exchange is one IKE_INTERMEDIATE, and the keys change after its answer.
    private IkeState Intermediate(IkeSaV2 sa, IkeMessage message, ushort method, in IkeTurn turn)
    {
        KeyExchangeMethod.TryFind(method, out var found);
        using var exchange = KeyExchanges.Begin(found!, KeyExchangeRole.Responder, turn.Entropy);
        if (message.Find<KeyExchangePayload>() is not { } value || value.Method != method
            || exchange.Agree(value.Value.Span, out var secret) != KeyExchangeFault.None)
        {
            Forget(sa);
            sa.Respond(message.Header, [new NotifyPayload(NotifyType.InvalidSyntax)], turn);
            return Closed.Until(turn.Now + Closed.Lingering);
        }

        var (header, inner) = IntermediateText.Of(message.Header, message.Payloads);
        handshake.Intermediate.AddRequest(sa.Protection!.Keys.Initiator.Proof, header, inner);
        ValueList<IkePayload> answer = [new KeyExchangePayload(method, new(exchange.PublicValue.Span))];
        (header, inner) = IntermediateText.Of(sa.HeaderOf(ExchangeType.IkeIntermediate, message.Header.MessageId, isResponse: true), answer);
        handshake.Intermediate.AddResponse(sa.Protection.Keys.Responder.Proof, header, inner);
        sa.Respond(message.Header, answer, turn);
        FurtherKeys.Apply(sa, handshake, secret!);
        return this;
    }

    private void Forget(IkeSaV2 sa)
    {
        if (_isForgotten)
        {
            return;
        }

        _isForgotten = true;
        sa.Host.Index.RemoveBegun(sa, began);
        sa.Host.HalfOpen.Remove(began.Remote);
    }
}
