using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.V2.Children;

/// <summary>Padding against traffic analysis (RFC 4303 §2.7): what lies behind an inner packet is told from it by its own length, which a payload in transport mode has not.</summary>
internal static class ChildPadding
{
    /// <summary>ESP_TFC_PADDING_NOT_SUPPORTED where this end cannot take it; null where it can, and for AH.</summary>
    public static NotifyPayload? Refusal(ProtocolId protocol, bool isTransport) =>
        protocol == ProtocolId.Esp && isTransport ? new(NotifyType.EspTfcPaddingNotSupported) : null;
}
