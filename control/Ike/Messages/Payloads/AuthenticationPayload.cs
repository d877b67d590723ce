using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Signatures;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>AUTH (RFC 7296 §3.8).</summary>
/// <param name="Method">How it was made.</param>
/// <param name="Proof">The MAC or signature; with <see cref="AuthenticationMethod.DigitalSignature"/> an algorithm identifier in front (see <see cref="Signature"/>).</param>
public sealed record AuthenticationPayload(AuthenticationMethod Method, Octets Proof) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.Authentication;

    /// <inheritdoc/>
    public override int BodyLength => 4 + Proof.Length;

    /// <summary>The identifier and signature of a digital signature (RFC 7427 §3); null for another method.</summary>
    public DigitalSignature? Signature =>
        Method == AuthenticationMethod.DigitalSignature && DigitalSignature.TryRead(Proof.Span, out var signature) ? signature : null;

    /// <summary>AUTH with a digital signature.</summary>
    public static AuthenticationPayload Of(DigitalSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return new(AuthenticationMethod.DigitalSignature, signature.ToOctets());
    }

    /// <summary>Reads the body whole, or says why not; a digital signature's identifier is read too.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AuthenticationPayload? payload, out IkeFailure failure)
    {
        payload = null;
        var reader = new PayloadReader(body);
        if (!reader.TryReadByte(out var method) || !reader.TrySkip(3))
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.Authentication, body.Length);
            return false;
        }

        var proof = reader.ReadRest();
        var isRightLength = proof.Length is > 0 and <= PayloadLimits.Authentication;
        if (!isRightLength || ((AuthenticationMethod)method == AuthenticationMethod.DigitalSignature && !DigitalSignature.TryRead(proof, out _)))
        {
            failure = new(isRightLength ? IkeFault.DigitalSignature : IkeFault.AuthenticationLength, PayloadType.Authentication, proof.Length);
            return false;
        }

        payload = new((AuthenticationMethod)method, new(proof));
        failure = IkeFailure.None;
        return true;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Octet((byte)Method);
        writer.Reserved(3);
        writer.Write(Proof);
    }
}
