using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Signatures;

namespace IpsecDp.Ike.Identity.Signatures;

/// <summary>A peer's public key, held against its signatures. Give it only a key that is bound to the peer's identity: of a certificate that was checked, or one a policy names.</summary>
public sealed class SignatureCheck(AsymmetricAlgorithm key, SignatureRules rules) : IAuthenticationCheck
{
    private const int LeastExponentBits = 2;
    private const int MostExponentBits = 64;

    /// <inheritdoc/>
    public AuthenticationFault Check(AuthenticationPayload proof, ReadOnlySpan<byte> signedOctets)
    {
        ArgumentNullException.ThrowIfNull(proof);
        try
        {
            return key switch
            {
                RSA rsa => CheckRsa(rsa, proof, signedOctets),
                ECDsa ecdsa => CheckEcdsa(ecdsa, proof, signedOctets),
                _ => AuthenticationFault.UnfitKey,
            };
        }
        catch (CryptographicException)
        {
            // Some platforms throw where a number of the signature is out of range instead of saying no.
            return AuthenticationFault.WrongProof;
        }
    }

    /// <summary>Whether an RSA key is one a signature can be believed of: length within the rules, exponent odd, above one and short.</summary>
    internal static bool IsFit(RSA rsa, SignatureRules rules)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var exponent = new System.Numerics.BigInteger(parameters.Exponent, isUnsigned: true, isBigEndian: true);
        var modulus = new System.Numerics.BigInteger(parameters.Modulus, isUnsigned: true, isBigEndian: true);
        return modulus.GetBitLength() >= rules.LeastRsaBits && modulus.GetBitLength() <= rules.MostRsaBits && !modulus.IsEven
            && !exponent.IsEven && exponent.GetBitLength() is >= LeastExponentBits and <= MostExponentBits;
    }

    private AuthenticationFault CheckRsa(RSA rsa, AuthenticationPayload proof, ReadOnlySpan<byte> octets)
    {
        if (!IsFit(rsa, rules))
        {
            return AuthenticationFault.UnfitKey;
        }

        switch (proof.Method)
        {
            case AuthenticationMethod.RsaSignature:
                return CheckAnyHash(rsa, proof.Proof.Span, octets);
            case AuthenticationMethod.DigitalSignature:
                var fault = Scheme(proof, isRsa: true, out var scheme, out var signature);
                return fault != AuthenticationFault.None ? fault : Of(rsa.VerifyData(octets, signature.Span, scheme!.HashName, scheme.Padding!));
            case AuthenticationMethod.Ecdsa256 or AuthenticationMethod.Ecdsa384 or AuthenticationMethod.Ecdsa521:
                return AuthenticationFault.OtherKeyKind;
            default:
                return AuthenticationFault.OtherMethod;
        }
    }

    // RFC 7296 §3.8: with method 1 only the signature itself tells its hash. The platform compares the whole padded block, so that nothing hides behind the digest.
    private AuthenticationFault CheckAnyHash(RSA rsa, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> octets)
    {
        foreach (var hash in rules.Hashes)
        {
            if (rsa.VerifyData(octets, signature, SignatureScheme.NameOf(hash), RSASignaturePadding.Pkcs1))
            {
                return AuthenticationFault.None;
            }
        }

        return AuthenticationFault.WrongProof;
    }

    private AuthenticationFault CheckEcdsa(ECDsa ecdsa, AuthenticationPayload proof, ReadOnlySpan<byte> octets)
    {
        if (EcdsaKind.Of(ecdsa) is not { } kind)
        {
            return AuthenticationFault.UnfitKey;
        }

        switch (proof.Method)
        {
            case AuthenticationMethod.DigitalSignature:
                var fault = Scheme(proof, isRsa: false, out var scheme, out var signature);
                return fault != AuthenticationFault.None ? fault : Of(EcdsaForm.ToFixed(signature.Span, kind.SignatureLength) is { } pair
                    && ecdsa.VerifyData(octets, pair, scheme!.HashName, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            case AuthenticationMethod.Ecdsa256 or AuthenticationMethod.Ecdsa384 or AuthenticationMethod.Ecdsa521:
                return proof.Method != kind.Method ? AuthenticationFault.OtherKeyKind : CheckFixed(ecdsa, kind, proof.Proof.Span, octets);
            case AuthenticationMethod.RsaSignature:
                return AuthenticationFault.OtherKeyKind;
            default:
                return AuthenticationFault.OtherMethod;
        }
    }

    private AuthenticationFault CheckFixed(ECDsa ecdsa, EcdsaKind kind, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> octets)
    {
        if (!rules.Hashes.Contains(kind.Hash))
        {
            return AuthenticationFault.HashNotAllowed;
        }

        return Of(signature.Length == kind.SignatureLength
            && ecdsa.VerifyData(octets, signature, SignatureScheme.NameOf(kind.Hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private AuthenticationFault Scheme(AuthenticationPayload proof, bool isRsa, out SignatureScheme? scheme, out Messages.Values.Octets signature)
    {
        (scheme, signature) = (null, default);
        if (proof.Signature is not { Algorithm: { } algorithm } digital || SignatureScheme.Of(algorithm) is not { } found)
        {
            return AuthenticationFault.UnknownAlgorithm;
        }

        (scheme, signature) = (found, digital.Signature);
        return found.IsRsa != isRsa ? AuthenticationFault.OtherKeyKind : rules.Hashes.Contains(found.Hash) ? AuthenticationFault.None : AuthenticationFault.HashNotAllowed;
    }

    private static AuthenticationFault Of(bool isRight) => isRight ? AuthenticationFault.None : AuthenticationFault.WrongProof;
}
