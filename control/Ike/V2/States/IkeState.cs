using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.V2.States;

/// <summary>What an IKE SA waits for, with all that is known by then and nothing else; a transition is the state returned.</summary>
internal abstract class IkeState
{
    /// <summary>When this state has to do something by itself; null for never.</summary>
    public virtual DateTimeOffset? WakeAt => null;

    /// <summary>Whether the state comes before the peer proved itself.</summary>
    public virtual bool IsHalfOpen => false;

    /// <summary>Takes the answer of the first exchange, which nothing protects.</summary>
    public virtual IkeState OnInitResponse(IkeSaV2 sa, IkeMessage message, ReadOnlySpan<byte> datagram, in IkeTurn turn) => this;

    /// <summary>Takes a request of the number expected; whoever takes it answers it.</summary>
    public abstract IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn);

    /// <summary>Takes the answer of the request that waited.</summary>
    public abstract IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn);

    /// <summary>Does what is due.</summary>
    public virtual IkeState Wake(IkeSaV2 sa, in IkeTurn turn) => this;

    /// <summary>The request that waited got no answer.</summary>
    public abstract IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn);

    /// <summary>Ends what this state holds, because the IKE SA is closed from outside it.</summary>
    public virtual void Abandon(IkeSaV2 sa, in IkeTurn turn)
    {
    }
}
