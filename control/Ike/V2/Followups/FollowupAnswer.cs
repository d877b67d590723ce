using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Followups;

/// <summary>Answers IKE_FOLLOWUP_KE (RFC 9370 §2.2.4): runs the next further key exchange of a series; the last one makes what was asked for.</summary>
internal static class FollowupAnswer
{
    /// <summary>Answers the request; the state returned follows.</summary>
    public static IkeState Answer(PeerSession session, IkeSaV2 sa, Established state, IkeMessage request, in IkeTurn turn)
    {
        if (request.FindNotify(NotifyType.AdditionalKeyExchange) is not { } link || session.Series.Take(sa, link.Data) is not { } series)
        {
            return Refuse(sa, request, NotifyType.StateNotFound, turn);
        }

        var method = series.Left.Dequeue();
        KeyExchangeMethod.TryFind(method, out var found);
        using var exchange = KeyExchanges.Begin(found!, KeyExchangeRole.Responder, turn.Entropy);
        if (request.Find<KeyExchangePayload>() is not { } asked || asked.Method != method
            || exchange.Agree(asked.Value.Span, out var secret) != KeyExchangeFault.None || secret is null)
        {
            series.Dispose();
            series.Expire(turn);
            return Refuse(sa, request, NotifyType.InvalidSyntax, turn);
        }

        series.Secrets.Add(secret);
        var value = new KeyExchangePayload(method, new(exchange.PublicValue.Span));
        if (series.Left.Count > 0)
        {
            sa.Respond(request.Header, [value, session.Series.Await(series, turn)], turn);
            return sa.State;
        }

        using (series)
        {
            return series.Conclude(session, state, request, value, turn);
        }
    }

    private static IkeState Refuse(IkeSaV2 sa, IkeMessage request, NotifyType notify, in IkeTurn turn)
    {
        sa.Respond(request.Header, [new NotifyPayload(notify)], turn);
        return sa.State;
    }
}
