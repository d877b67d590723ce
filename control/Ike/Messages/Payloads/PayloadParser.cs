using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>From a frame to the payload its type says it is.</summary>
public static class PayloadParser
{
    /// <summary>Reads the payload of a frame whole, or says why not; an unknown type is a value unless it is critical.</summary>
    public static bool TryRead(in PayloadFrame frame, out IkePayload? payload, out IkeFailure failure)
    {
        payload = frame.Type switch
        {
            PayloadType.SecurityAssociation => SaPayload.TryRead(frame.Body, out var sa, out failure) ? sa : null,
            PayloadType.KeyExchange => KeyExchangePayload.TryRead(frame.Body, out var exchange, out failure) ? exchange : null,
            PayloadType.InitiatorId or PayloadType.ResponderId =>
                IdentificationPayload.TryRead(frame.Type == PayloadType.InitiatorId, frame.Body, out var identification, out failure) ? identification : null,
            PayloadType.Certificate => CertificatePayload.TryRead(frame.Body, out var certificate, out failure) ? certificate : null,
            PayloadType.CertificateRequest => CertificateRequestPayload.TryRead(frame.Body, out var request, out failure) ? request : null,
            PayloadType.Authentication => AuthenticationPayload.TryRead(frame.Body, out var authentication, out failure) ? authentication : null,
            PayloadType.Nonce => NoncePayload.TryRead(frame.Body, out var nonce, out failure) ? nonce : null,
            PayloadType.Notify => NotifyPayload.TryRead(frame.Body, out var notify, out failure) ? notify : null,
            PayloadType.Delete => DeletePayload.TryRead(frame.Body, out var delete, out failure) ? delete : null,
            PayloadType.VendorId => VendorIdPayload.TryRead(frame.Body, out var vendor, out failure) ? vendor : null,
            PayloadType.InitiatorSelectors or PayloadType.ResponderSelectors =>
                SelectorsPayload.TryRead(frame.Type == PayloadType.InitiatorSelectors, frame.Body, out var selectors, out failure) ? selectors : null,
            PayloadType.Configuration => ConfigurationPayload.TryRead(frame.Body, out var configuration, out failure) ? configuration : null,
            PayloadType.EncryptedFragment => EncryptedFragmentPayload.TryRead(frame.Next, frame.Body, out var fragment, out failure) ? fragment : null,
            _ => ReadOther(frame, out failure),
        };
        return payload is not null;
    }

    private static IkePayload? ReadOther(in PayloadFrame frame, out IkeFailure failure)
    {
        failure = IkeFailure.None;
        switch (frame.Type)
        {
            case PayloadType.Encrypted:
                return new EncryptedPayload(frame.Next, new(frame.Body));

            case PayloadType.Eap:
                failure = EapPayload.Refusal(frame.Body);
                return null;

            case var unknown when frame.IsCritical:
                failure = new(IkeFault.UnknownCriticalPayload, unknown, (byte)unknown);
                return null;

            default:
                return new UnknownPayload(frame.Type, new(frame.Body));
        }
    }
}
