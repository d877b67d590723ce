using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.Messages;

/// <summary>Whether a message has what its exchange needs (RFC 7296 §1.2 to §1.4, appendix C), before anybody looks for it.</summary>
/// <remarks>A response that reports an error, and a first response that asks for a cookie, need nothing else.</remarks>
public static class MandatoryPayloads
{
    /// <summary>False with the payload that is missing.</summary>
    public static bool TryCheck(IkeMessage message, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(message);
        var missing = Missing(message);
        failure = missing switch
        {
            not PayloadType.None => new(IkeFault.MissingPayload, missing, (byte)missing),
            _ when HasHalfAPair(message) => new(IkeFault.IncompleteSelectorPair),
            _ => IkeFailure.None,
        };
        return failure.Fault == IkeFault.None;
    }

    private static PayloadType Missing(IkeMessage message)
    {
        var isResponse = message.Header.IsResponse;
        return message.Header.Exchange switch
        {
            ExchangeType.IkeSaInit when isResponse && IsBareNotice(message) => PayloadType.None,
            ExchangeType.IkeSaInit => First(message, PayloadType.SecurityAssociation, PayloadType.KeyExchange, PayloadType.Nonce),
            ExchangeType.IkeAuth when isResponse && message.FindError() is not null && !Has(message, PayloadType.Authentication) => PayloadType.None,
            ExchangeType.IkeAuth when isResponse => First(message, PayloadType.ResponderId, PayloadType.Authentication) is var first && first != PayloadType.None ? first : MissingOfChild(message),
            ExchangeType.IkeAuth => First(message, PayloadType.InitiatorId, PayloadType.Authentication) is var first && first != PayloadType.None ? first : MissingOfChild(message),
            ExchangeType.CreateChildSa when isResponse && message.FindError() is not null => PayloadType.None,
            ExchangeType.CreateChildSa => MissingOfCreation(message),
            _ => PayloadType.None,
        };
    }

    // RFC 7296 §1.2 and §2.6: an error, a cookie or a redirection, and no SA.
    private static bool IsBareNotice(IkeMessage message) => !Has(message, PayloadType.SecurityAssociation)
        && (message.FindError() ?? message.FindNotify(NotifyType.Cookie) ?? message.FindNotify(NotifyType.Redirect)) is not null;

    // RFC 6023: without a child neither SA nor selectors are there; with one, all of them.
    private static PayloadType MissingOfChild(IkeMessage message) => message.FindError() is null
        && (Has(message, PayloadType.SecurityAssociation) || Has(message, PayloadType.InitiatorSelectors) || Has(message, PayloadType.ResponderSelectors))
            ? First(message, PayloadType.SecurityAssociation, PayloadType.InitiatorSelectors, PayloadType.ResponderSelectors)
            : PayloadType.None;

    private static PayloadType MissingOfCreation(IkeMessage message)
    {
        var missing = First(message, PayloadType.SecurityAssociation, PayloadType.Nonce);
        if (missing != PayloadType.None)
        {
            return missing;
        }

        // RFC 7296 §1.3.2: the rekey of the IKE SA has a key exchange and no selectors.
        return message.Find<SaPayload>()!.Proposals[0].Protocol == ProtocolId.Ike
            ? First(message, PayloadType.KeyExchange)
            : First(message, PayloadType.InitiatorSelectors, PayloadType.ResponderSelectors);
    }

    private static bool HasHalfAPair(IkeMessage message) => Has(message, PayloadType.InitiatorSelectors) != Has(message, PayloadType.ResponderSelectors);

    private static PayloadType First(IkeMessage message, params ReadOnlySpan<PayloadType> wanted)
    {
        foreach (var type in wanted)
        {
            if (!Has(message, type))
            {
                return type;
            }
        }

        return PayloadType.None;
    }

    private static bool Has(IkeMessage message, PayloadType type) => message.Payloads.Any(payload => payload.Type == type);
}
