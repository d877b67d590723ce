using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.V2.Children;
using IpsecDp.Ike.V2.States;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>A new child in an IKE SA that stands (RFC 7296 §1.3.1).</summary>
internal sealed class CreateChild(ChildModel model, FlowKey? packet, ushort? method = null, int tries = 0) : IkeExchange
{
    private const int MostTries = 5;

    private ChildOffer? _offer;

    /// <inheritdoc/>
    public override ExchangeType Type => ExchangeType.CreateChildSa;

    /// <inheritdoc/>
    public override ExchangeUrgency Urgency => ExchangeUrgency.Other;

    /// <inheritdoc/>
    public override ValueList<IkePayload>? BuildRequest(PeerSession session, IkeSaV2 sa, in IkeTurn turn)
    {
        // Asked for twice by command or by two packets: one child serves both, if it carries both.
        if (session.Children.Serves(model.Name, packet))
        {
            return null;
        }

        if (ChildOffer.TryMake(session, model, packet, former: null, isInAuth: false, method, turn, out _offer))
        {
            return [.. _offer.ToPayloads()];
        }

        ChildFailures.Raise(session, sa, $"child {model.Name}: the policy has nothing to offer for this packet", turn);
        return null;
    }

    /// <inheritdoc/>
    public override IkeState OnResponse(PeerSession session, IkeSaV2 sa, IkeMessage response, in IkeTurn turn)
    {
        if (response.FindError() is { } error)
        {
            OnError(session, sa, error, turn);
        }
        else if (_offer!.TryAccept(sa, response, initNonces: null, turn, out var child, out var failure))
        {
            if (!session.IsStillborn(child))
            {
                session.Install(child, turn);
                child.MakeReady(turn);
            }
        }
        else
        {
            ChildFailures.Raise(session, sa, $"child {model.Name}: {failure}", turn);
            session.Enqueue(new DisownChild(_offer.Protocol, _offer.InboundSpi));
        }

        return sa.State;
    }

    /// <inheritdoc/>
    protected override void Release() => _offer?.Dispose();

    private void OnError(PeerSession session, IkeSaV2 sa, NotifyPayload error, in IkeTurn turn)
    {
        switch (error.Notify)
        {
            case NotifyType.InvalidKePayload when tries < MostTries && error.Word is { } wanted && _offer!.Takes(wanted):
                session.Enqueue(new CreateChild(model, packet, wanted, tries + 1));
                break;
            case NotifyType.TemporaryFailure when tries < MostTries:
                session.Enqueue(new CreateChild(model, packet, method, tries + 1) { NotBefore = Later(turn) });
                break;
            default:
                ChildFailures.Raise(session, sa, $"child {model.Name}: the peer answered {NotifyTypes.Name(error.Notify)}", turn);
                break;
        }
    }
}
