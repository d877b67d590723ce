using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>CERTREQ (RFC 7296 §3.7): the encoding wanted and the authorities trusted.</summary>
/// <param name="Encoding">The encoding wanted.</param>
/// <param name="Authorities">For X.509, SHA-1 hashes of the authorities' public keys, one behind the other.</param>
public sealed record CertificateRequestPayload(CertificateEncoding Encoding, Octets Authorities) : IkePayload
{
    /// <summary>Octets of an authority's hash.</summary>
    public const int HashLength = 20;

    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.CertificateRequest;

    /// <inheritdoc/>
    public override int BodyLength => 1 + Authorities.Length;

    /// <summary>Whether the peer named an authority by the hash of its key; one that names none takes any.</summary>
    public bool Names(ReadOnlySpan<byte> hash)
    {
        for (var rest = Authorities.Span; rest.Length >= HashLength; rest = rest[HashLength..])
        {
            if (rest[..HashLength].SequenceEqual(hash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out CertificateRequestPayload? payload, out IkeFailure failure)
    {
        payload = null;
        if (body.IsEmpty)
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.CertificateRequest);
            return false;
        }

        var encoding = (CertificateEncoding)body[0];
        var isHashed = encoding is CertificateEncoding.X509Signature or CertificateEncoding.HashAndUrl or CertificateEncoding.HashAndUrlBundle;
        if (body.Length - 1 > PayloadLimits.Certificate || (isHashed && (body.Length - 1) % HashLength != 0))
        {
            failure = new(IkeFault.AuthorityLength, PayloadType.CertificateRequest, body.Length - 1);
            return false;
        }

        payload = new(encoding, new(body[1..]));
        failure = IkeFailure.None;
        return true;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)Encoding);
        writer.Write(Authorities);
    }
}
