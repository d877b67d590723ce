using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Followups;

/// <summary>A child a peer is granted once its further key exchanges are run; <paramref name="former"/> is the one it replaces, null for a new one.</summary>
internal sealed class AwaitedChild(IkeSaV2 sa, ChildGrant grant, LiveChild? former) : AwaitedSeries(sa, grant.Further, grant.LowestNonce)
{
    /// <summary>The child that is to be replaced; null for none.</summary>
    public LiveChild? Former { get; } = former;

    /// <inheritdoc/>
    public override IkeState Conclude(PeerSession session, Established state, IkeMessage request, KeyExchangePayload value, in IkeTurn turn)
    {
        var child = grant.Make(Sa, Former, Secrets, turn);
        session.Install(child, turn);
        Sa.Respond(request.Header, [value], turn);
        if (Former is null or { IsGone: true })
        {
            Handover.Begin(session, child, peerHasIt: false, turn);
        }
        else
        {
            Former.PeerSuccessor = child;
        }

        return Sa.State;
    }

    /// <inheritdoc/>
    public override void Expire(in IkeTurn turn) => Former?.RekeyLater(turn);

    /// <inheritdoc/>
    protected override void Release()
    {
        if (Former?.PeerSeries == this)
        {
            Former.PeerSeries = null;
        }

        grant.Dispose();
    }
}
