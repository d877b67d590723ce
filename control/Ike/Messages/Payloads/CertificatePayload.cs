using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>CERT (RFC 7296 §3.6); what is inside is for who checks certificates to read.</summary>
public sealed record CertificatePayload(CertificateEncoding Encoding, Octets Certificate) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Certificate;

    /// <inheritdoc/>
    public override int BodyLength => 1 + Certificate.Length;

    /// <summary>Whether it only says where the certificate can be fetched, which would make us send requests an unauthenticated peer chose.</summary>
    public bool IsHashAndUrl => Encoding is CertificateEncoding.HashAndUrl or CertificateEncoding.HashAndUrlBundle;

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out CertificatePayload? payload, out IkeFailure failure)
    {
        var isFit = body.Length - 1 is > 0 and <= PayloadLimits.Certificate;
        payload = isFit ? new((CertificateEncoding)body[0], new(body[1..])) : null;
        failure = isFit ? IkeFailure.None : new(IkeFault.CertificateLength, PayloadType.Certificate, body.Length);
        return isFit;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)Encoding);
        writer.Write(Certificate);
    }
}
