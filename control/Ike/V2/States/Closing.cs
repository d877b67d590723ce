using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2.States;

/// <summary>The IKE SA is over here, and the peer is being told (RFC 7296 §1.4.1); a request that was under way before is waited for, since the window is one.</summary>
internal sealed class Closing : IkeState
{
    private readonly ValueList<IkePayload> _last;
    private bool _isSent;
    private DateTimeOffset? _until;

    private Closing(ValueList<IkePayload> last) => _last = last;

    /// <inheritdoc/>
    public override DateTimeOffset? WakeAt => _until;

    /// <summary>Tells the peer that the IKE SA is deleted.</summary>
    public static Closing Begin(IkeSaV2 sa, in IkeTurn turn) => new Closing([DeletePayload.IkeSa]).Send(sa, turn);

    /// <summary>Tells the peer that it did not prove itself (RFC 7296 §2.21.2).</summary>
    public static Closing Accuse(IkeSaV2 sa, in IkeTurn turn) => new Closing([new NotifyPayload(NotifyType.AuthenticationFailed)]).Send(sa, turn);

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn)
    {
        var message = request.Value;
        if (message.Header.Exchange != ExchangeType.Informational)
        {
            // RFC 7296 §2.25.2.
            sa.Respond(message.Header, [new NotifyPayload(NotifyType.TemporaryFailure)], turn);
            return this;
        }

        sa.Respond(message.Header, [], turn);
        var isDelete = message.All<DeletePayload>().Any(delete => delete.Protocol == Messages.Proposals.ProtocolId.Ike);
        if (!isDelete)
        {
            return this;
        }

        // RFC 7296 §2.25.2: both ends delete, and each answers. The peer's answer is on its way and should meet somebody, but is waited for no longer than a repetition is answered.
        if (_isSent && sa.Window.Pending is not null)
        {
            _until ??= turn.Now + Closed.Lingering;
            return this;
        }

        return Closed.Until(turn.Now + Closed.Lingering);
    }

    /// <inheritdoc/>
    public override IkeState Wake(IkeSaV2 sa, in IkeTurn turn) => Closed.Instance;

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn) =>
        _isSent ? Closed.Until(turn.Now + Closed.Lingering) : Send(sa, turn);

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn) => Closed.Instance;

    private Closing Send(IkeSaV2 sa, in IkeTurn turn)
    {
        if (sa.Window.Pending is null)
        {
            _isSent = true;
            sa.Request(ExchangeType.Informational, _last, turn);
        }

        return this;
    }
}
