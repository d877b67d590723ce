using IpsecDp.Ike.Messages.Failures;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>EAP (RFC 7296 §3.16): known by its type so that the peer's wish is named, and refused.</summary>
public static class EapPayload
{
    /// <summary>The refusal, with EAP's code (RFC 3748 §4) as its detail.</summary>
    public static IkeFailure Refusal(ReadOnlySpan<byte> body) =>
        new(IkeFault.EapRefused, PayloadType.Eap, body.IsEmpty ? 0 : body[0]);
}
