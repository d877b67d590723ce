using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.V2.States;

/// <summary>The IKE SA is over. For a while it answers again what it answered last, because that answer may have been lost; it takes nothing else.</summary>
internal sealed class Closed : IkeState
{
    /// <summary>How long the last answer is kept: a peer's repetitions at 2, 6, 14 and 30 s still get it.</summary>
    public static readonly TimeSpan Lingering = TimeSpan.FromSeconds(35);

    private readonly DateTimeOffset? _until;

    private Closed(DateTimeOffset? until) => _until = until;

    /// <summary>Gone at once.</summary>
    public static Closed Instance { get; } = new(null);

    /// <inheritdoc/>
    public override DateTimeOffset? WakeAt => _until;

    /// <summary>Whether nothing is kept any more.</summary>
    public bool IsGone => _until is null;

    /// <summary>Answering again until then.</summary>
    public static Closed Until(DateTimeOffset until) => new(until);

    /// <inheritdoc/>
    public override IkeState OnRequest(IkeSaV2 sa, Authenticated<IkeMessage> request, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState OnResponse(IkeSaV2 sa, PendingRequest answered, Authenticated<IkeMessage> response, in IkeTurn turn) => this;

    /// <inheritdoc/>
    public override IkeState Wake(IkeSaV2 sa, in IkeTurn turn) => Instance;

    /// <inheritdoc/>
    public override IkeState OnGivenUp(IkeSaV2 sa, PendingRequest pending, in IkeTurn turn) => Instance;
}
