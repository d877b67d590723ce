using System.Security.Cryptography.X509Certificates;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>Whether a certificate's key may sign for IKE, RFC 4945 §5.1.3.2 and §5.1.3.12.</summary>
internal static class CertificateUses
{
    private const string AnyPurpose = "2.5.29.37.0";
    private const string IkePurpose = "1.3.6.1.5.5.7.3.17";
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    // RFC 2409's days: IPsec end system, tunnel and user; RFC 4945 §5.1.3.12 leaves them to those who still meet them.
    private static readonly string[] OldPurposes = ["1.3.6.1.5.5.7.3.5", "1.3.6.1.5.5.7.3.6", "1.3.6.1.5.5.7.3.7", "1.3.6.1.5.5.8.2.2"];

    public static CertificateFault Check(X509Certificate2 certificate, PathRules rules)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509KeyUsageExtension usage && (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
            {
                return CertificateFault.NotForSigning;
            }

            if (extension is X509EnhancedKeyUsageExtension purposes && !Serves(purposes, rules))
            {
                return CertificateFault.OtherPurpose;
            }
        }

        return CertificateFault.None;
    }

    private static bool Serves(X509EnhancedKeyUsageExtension purposes, PathRules rules)
    {
        foreach (var purpose in purposes.EnhancedKeyUsages)
        {
            if (purpose.Value is AnyPurpose or IkePurpose || OldPurposes.Contains(purpose.Value)
                || (rules.TakesTlsPurposes && purpose.Value is (ServerPurpose or ClientPurpose)))
            {
                return true;
            }
        }

        return false;
    }
}
