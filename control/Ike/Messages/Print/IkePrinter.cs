using System.Text;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Print;

/// <summary>Messages as log lines: never a key, a nonce, a proof or a secret, and nothing of a peer's that a terminal would obey.</summary>
public static class IkePrinter
{
    /// <summary>One line in the notation of RFC 7296 §1.2, such as <c>IKE_SA_INIT request 0 { SA, KE, Ni, N(COOKIE) }</c>.</summary>
    public static string Summary(IkeMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return $"{Summary(message.Header)} {{ {string.Join(", ", message.Payloads.Select(payload => Name(payload, message.Header.IsResponse)))} }}";
    }

    /// <summary>Exchange, direction and number.</summary>
    public static string Summary(in IkeHeader header) => header.MajorVersion == 1
        ? LogText.Inv($"IKEv1 {ExchangeNames.Of(header.Exchange)} {header.MessageId:x8}")
        : LogText.Inv($"{ExchangeNames.Of(header.Exchange)} {(header.IsResponse ? "response" : "request")} {header.MessageId}");

    /// <summary>The SPIs of the IKE SA, initiator's first.</summary>
    public static string Spis(in IkeHeader header) => LogText.Inv($"{header.InitiatorSpi:x16}_i {header.ResponderSpi:x16}_r");

    /// <summary>The message with a line for each payload.</summary>
    public static string Describe(IkeMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var text = new StringBuilder();
        text.Append(Summary(message.Header)).Append(' ').Append(Spis(message.Header)).Append(LogText.Inv($" {message.Header.Length} octets"));
        foreach (var payload in message.Payloads)
        {
            text.Append("\n  ").Append(Describe(payload, message.Header.IsResponse));
        }

        return text.ToString();
    }

    /// <summary>One payload.</summary>
    public static string Describe(IkePayload payload, bool isResponse)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var name = payload is NoncePayload ? Name(payload, isResponse) : PayloadTypes.Name(payload.Type);
        return $"{name}: {PayloadText.Of(payload)}";
    }

    /// <summary>A refusal with its name and sentence.</summary>
    public static string Describe(in IkeFailure failure) => failure.ToString();

    private static string Name(IkePayload payload, bool isResponse) => payload switch
    {
        NoncePayload => isResponse ? "Nr" : "Ni",
        NotifyPayload notify => $"N({NotifyTypes.Name(notify.Notify)})",
        EncryptedFragmentPayload fragment => $"SKF({fragment.Number}/{fragment.Total})",
        _ => PayloadTypes.Name(payload.Type),
    };
}
