using IpsecDp.Ike.Messages.Configuration;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Signatures;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.Messages.Print;

/// <summary>What a payload says, in words; of public values, nonces, proofs, cookies and tokens only the length.</summary>
internal static class PayloadText
{
    private const int ShownSpis = 16;

    /// <summary>The payload without its name.</summary>
    public static string Of(IkePayload payload) => payload switch
    {
        SaPayload sa => string.Join("; ", sa.Proposals.Select(Of)),
        KeyExchangePayload exchange => $"{AlgorithmNames.Of(new(TransformType.KeyExchange, exchange.Method))}, {exchange.Value}",
        IdentificationPayload identification => OfIdentity(identification),
        CertificatePayload certificate => $"{certificate.Encoding}, {certificate.Certificate}",
        CertificateRequestPayload request => $"{request.Encoding}, {request.Authorities}",
        AuthenticationPayload authentication => OfProof(authentication),
        NoncePayload nonce => nonce.Nonce.ToString(),
        NotifyPayload notify => OfNotify(notify),
        DeletePayload delete => OfDelete(delete),
        VendorIdPayload vendor => LogText.Quote(vendor.Vendor.Span),
        SelectorsPayload selectors => string.Join(", ", selectors.Selectors) + (selectors.Unknown.Count > 0 ? $" and {selectors.Unknown.Count} unknown" : ""),
        ConfigurationPayload configuration => $"{configuration.Kind}: {string.Join(", ", configuration.Attributes.Select(Of))}",
        EncryptedPayload encrypted => encrypted.Sealed.ToString(),
        EncryptedFragmentPayload fragment => $"{fragment.Number} of {fragment.Total}, {fragment.Sealed}",
        UnknownPayload unknown => unknown.Body.ToString(),
        _ => "",
    };

    /// <summary>A proposal on one line.</summary>
    public static string Of(Proposal proposal)
    {
        var transforms = proposal.Transforms.Select(transform => AlgorithmNames.Of(transform));
        var spi = proposal.Spi.IsEmpty ? "" : $" SPI {Convert.ToHexStringLower(proposal.Spi.Span)}";
        return $"{proposal.Number} {ProtocolIds.Name(proposal.Protocol)}{spi} {string.Join('/', transforms)}";
    }

    private static string OfIdentity(IdentificationPayload payload)
    {
        var identity = payload.Identity.Span;
        return payload.IdType switch
        {
            IdType.Ipv4Address when identity.Length == 4 => IpAddress.ReadV4(identity).ToString(),
            IdType.Ipv6Address when identity.Length == 16 => IpAddress.ReadV6(identity).ToString(),
            IdType.Fqdn or IdType.UserFqdn => LogText.Quote(identity),
            IdType.Null => "null",
            // What a key id holds is not ours to show: some peers put account names there.
            _ => $"{payload.IdType}, {payload.Identity}",
        };
    }

    private static string OfProof(AuthenticationPayload payload)
    {
        if (payload.Method != AuthenticationMethod.DigitalSignature || !DigitalSignature.TryRead(payload.Proof.Span, out var signature))
        {
            return $"{payload.Method}, {payload.Proof}";
        }

        return $"{payload.Method} {signature.Algorithm?.ToString() ?? "of an unknown algorithm"}, {signature.Signature}";
    }

    private static string OfNotify(NotifyPayload notify)
    {
        var about = notify.ChildSpi is { } spi ? LogText.Inv($" {ProtocolIds.Name(notify.Protocol)} SPI {spi:x8}") : "";
        var detail = notify.Notify switch
        {
            NotifyType.InvalidKePayload when notify.Word is { } method => $" wants {AlgorithmNames.Of(new(TransformType.KeyExchange, method))}",
            NotifyType.SetWindowSize or NotifyType.AuthLifetime when notify.DoubleWord is { } number => $" {number}",
            NotifyType.SignatureHashAlgorithms when SignatureHashes.TryRead(notify, out var hashes) => $" {string.Join(' ', hashes.Hashes)}",
            NotifyType.AdditionalIp4Address or NotifyType.AdditionalIp6Address when Notice.TryReadAddress(notify, out var address) => $" {address}",
            NotifyType.Redirect or NotifyType.RedirectedFrom when Redirection.TryRead(notify, out var redirection) => $" {redirection!.Address?.ToString() ?? LogText.Quote(redirection.Identity.Span)}",
            NotifyType.UnsupportedCriticalPayload when notify.Data.Length == 1 => $" {PayloadTypes.Name((PayloadType)notify.Data.Span[0])}",
            _ when notify.Data.IsEmpty => "",
            _ => $", {notify.Data}",
        };
        return NotifyTypes.Name(notify.Notify) + about + detail;
    }

    private static string OfDelete(DeletePayload delete)
    {
        var spis = string.Concat(delete.Spis.Take(ShownSpis).Select(spi => LogText.Inv($" {spi:x8}")));
        return ProtocolIds.Name(delete.Protocol) + spis + (delete.Spis.Count > ShownSpis ? $" and {delete.Spis.Count - ShownSpis} more" : "");
    }

    private static string Of(ConfigurationAttribute attribute)
    {
        var value = attribute.Value.Span;
        return attribute.Type switch
        {
            ConfigurationAttribute.Ip4Address or ConfigurationAttribute.Ip4Dns when value.Length == 4 => $"{attribute.Type} {IpAddress.ReadV4(value)}",
            ConfigurationAttribute.Ip6Address or ConfigurationAttribute.Ip6Dns when value.Length >= 16 => $"{attribute.Type} {IpAddress.ReadV6(value)}",
            ConfigurationAttribute.ApplicationVersion => $"{attribute.Type} {LogText.Quote(value)}",
            _ => $"{attribute.Type}, {attribute.Value}",
        };
    }
}
