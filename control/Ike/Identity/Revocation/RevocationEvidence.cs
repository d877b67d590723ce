using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>Revocation lists and OCSP answers at hand: fetched by the driver for a path that reached an anchor, read from the policy, or sent by the peer. None is believed before its signature is checked.</summary>
public sealed record RevocationEvidence(ValueList<Octets> Lists, ValueList<Octets> Answers)
{
    /// <summary>Most octets of one list.</summary>
    public const int LongestList = 8 * 1024 * 1024;

    /// <summary>Most octets of one OCSP answer.</summary>
    public const int LongestAnswer = 64 * 1024;

    /// <summary>Most pieces of either kind that are looked at.</summary>
    public const int Most = 64;

    /// <summary>Nothing at hand.</summary>
    public static RevocationEvidence None { get; } = new([], []);

    /// <summary>What the peer sent in its CERT payloads (RFC 7296 §3.6, RFC 4806), beside what is at hand.</summary>
    public RevocationEvidence With(IEnumerable<CertificatePayload> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        var all = payloads.ToList();
        return new(
            [.. Lists, .. all.Where(payload => payload.Encoding == CertificateEncoding.RevocationList).Select(payload => payload.Certificate)],
            [.. Answers, .. all.Where(payload => payload.Encoding == CertificateEncoding.Ocsp).Select(payload => payload.Certificate)]);
    }
}
