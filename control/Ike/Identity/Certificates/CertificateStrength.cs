using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity.Signatures;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>Whether a certificate's key, and the hash it was signed with, are as strong as the policy asks.</summary>
internal static class CertificateStrength
{
    private const string PssSignature = "1.2.840.113549.1.1.10";

    private static readonly string[] Sha1Signatures = ["1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.2.840.10040.4.3"];

    private static readonly string[] Signatures =
    [
        "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", PssSignature,
        "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
    ];

    /// <summary>An anchor's own signature proves nothing, so only its key counts.</summary>
    public static bool IsEnough(X509Certificate2 certificate, bool isAnchor, PathRules rules) =>
        IsKeyEnough(certificate, rules.Keys) && (isAnchor || Signatures.Contains(certificate.SignatureAlgorithm.Value) || (rules.TakesSha1 && Sha1Signatures.Contains(certificate.SignatureAlgorithm.Value)));

    private static bool IsKeyEnough(X509Certificate2 certificate, SignatureRules rules)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
            {
                return SignatureCheck.IsFit(rsa, rules);
            }

            using var ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa is not null && EcdsaKind.Of(ecdsa) is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
