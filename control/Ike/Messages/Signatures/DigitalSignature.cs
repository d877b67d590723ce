using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Signatures;

/// <summary>Authentication data of method 14 (RFC 7427 §3): the DER AlgorithmIdentifier of the signature, then the signature.</summary>
/// <param name="Identifier">The AlgorithmIdentifier, octet for octet.</param>
/// <param name="Signature">The signature.</param>
public sealed record DigitalSignature(Octets Identifier, Octets Signature)
{
    /// <summary>The algorithm, where it is one of ours; an identifier that differs in any octet from every form known is none.</summary>
    public SignatureAlgorithm? Algorithm => SignatureAlgorithms.Find(Identifier.Span);

    /// <summary>A signature of an algorithm of ours.</summary>
    public static DigitalSignature Of(SignatureAlgorithm algorithm, Octets signature) => new(SignatureAlgorithms.Identifier(algorithm), signature);

    /// <summary>Reads length, identifier and signature; false when the identifier is no DER sequence that begins with an object identifier, or no signature follows.</summary>
    public static bool TryRead(ReadOnlySpan<byte> proof, [NotNullWhen(true)] out DigitalSignature? signature)
    {
        signature = null;
        if (proof.IsEmpty || proof[0] >= proof.Length - 1)
        {
            return false;
        }

        var identifier = proof.Slice(1, proof[0]);
        if (!AsnDecoder.TryReadEncodedValue(identifier, AsnEncodingRules.DER, out var tag, out var at, out var length, out var taken)
            || tag != Asn1Tag.Sequence || taken != identifier.Length
            || !AsnDecoder.TryReadEncodedValue(identifier.Slice(at, length), AsnEncodingRules.DER, out tag, out _, out length, out _)
            || tag != Asn1Tag.ObjectIdentifier || length == 0)
        {
            return false;
        }

        signature = new(new(identifier), new(proof[(1 + identifier.Length)..]));
        return true;
    }

    /// <summary>The authentication data.</summary>
    public Octets ToOctets() => new([(byte)Identifier.Length, .. Identifier.Span, .. Signature.Span]);
}
