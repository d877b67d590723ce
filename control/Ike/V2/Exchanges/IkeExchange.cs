using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>A request from here in an IKE SA that stands, with what its answer is held against.</summary>
internal abstract class IkeExchange : IDisposable
{
    /// <summary>How long a request the peer could not serve at the moment waits (RFC 7296 §2.25).</summary>
    protected static readonly TimeSpan Temporary = TimeSpan.FromSeconds(3);

    /// <summary>The exchange.</summary>
    public abstract ExchangeType Type { get; }

    /// <summary>Which work goes first.</summary>
    public abstract ExchangeUrgency Urgency { get; }

    /// <summary>The time before which it does not start.</summary>
    public DateTimeOffset NotBefore { get; protected init; }

    /// <summary>The IKE_FOLLOWUP_KE request that goes on with the same work after an answer (RFC 9370 §2.2.4); null when the work is done.</summary>
    protected ValueList<IkePayload>? Continuation { get; set; }

    /// <summary>Takes that request, once.</summary>
    public ValueList<IkePayload>? TakeContinuation()
    {
        var taken = Continuation;
        Continuation = null;
        return taken;
    }

    /// <summary>The payloads of the request; null when there is nothing left to do.</summary>
    public abstract ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn);

    /// <summary>Takes the answer; the state returned follows.</summary>
    public abstract IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the exchange holds: secrets, SPIs.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>A time a while from here, by dice, so that both ends do not collide again.</summary>
    protected static DateTimeOffset Later(in IkeTurn turn) => turn.Now + Temporary + Dice.UpTo(turn.Entropy, Temporary);
}
