using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.V2.States;

/// <summary>The peer deleted the IKE SA and another carries on: the answer, at which it takes its children down, waits until what was sealed with them before got there.</summary>
/// <remarks>RFC 7296 §1.4.1 lets a peer open nothing once its delete is answered, and strongSwan opens nothing.</remarks>
internal sealed class Draining : IkeState
{
    // Shorter than anybody waits before he asks again.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    private readonly IkeHeader _request;
    private readonly DateTimeOffset _until;

    private Draining(in IkeHeader request, DateTimeOffset until) => (_request, _until) = (request, until);

    /// <inheritdoc/>
    public override DateTimeOffset? WakeAt => _until;

    /// <summary>Answers a delete in its time.</summary>
    public static Draining Begin(in IkeHeader request, in IkeTurn turn) => new(request, turn.Now + Time);

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState Wake(IkeSaV2 sa, in IkeTurn turn)
    {
        sa.Respond(_request, [], turn);
        return Closed.Until(turn.Now + Closed.Lingering);
    }

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn) => this;
}
