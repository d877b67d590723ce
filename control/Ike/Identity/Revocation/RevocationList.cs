using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>What a certificate revocation list says, RFC 5280 §5 and §6.3: whole lists by the issuer itself; indirect, partial and delta lists say nothing.</summary>
internal static class RevocationList
{
    private const int CrlSignBit = 6;

    public static RevocationStatus StatusOf(RevocationCheck.Subject subject, byte[] encoded)
    {
        try
        {
            var list = new X509Crl(encoded);
            return Speaks(list, subject) ? Entry(list, subject) : RevocationStatus.Unknown;
        }
        catch (Exception exception) when (exception is GeneralSecurityException or IOException or ArgumentException or InvalidOperationException or InvalidCastException or FormatException)
        {
            // The library's readers throw what they like for octets that are no list.
            return RevocationStatus.Unknown;
        }
    }

    private static RevocationStatus Entry(X509Crl list, RevocationCheck.Subject subject)
    {
        if (list.IsRevoked(subject.Certificate))
        {
            return RevocationStatus.Revoked;
        }

        // RFC 5280 §5.3: a list with an entry that holds something critical and unknown says of nobody that it is good.
        var entries = list.GetRevokedCertificates() ?? (IEnumerable<X509CrlEntry>)[];
        return entries.Any(entry => entry.GetCriticalExtensionOids() is { Count: > 0 }) ? RevocationStatus.Unknown : RevocationStatus.Good;
    }

    private static bool Speaks(X509Crl list, RevocationCheck.Subject subject)
    {
        if (!list.IssuerDN.Equivalent(subject.Certificate.IssuerDN) || list.ThisUpdate > subject.Now || list.NextUpdate is not { } next || next < subject.Now)
        {
            return false;
        }

        if (!subject.TakesSignature(list.SigAlgOid) || !IsScopeRight(list, subject) || (subject.Issuer.GetKeyUsage() is { } usage && !usage[CrlSignBit]))
        {
            return false;
        }

        return list.IsSignatureValid(subject.Issuer.GetPublicKey());
    }

    private static bool IsScopeRight(X509Crl list, RevocationCheck.Subject subject)
    {
        foreach (var oid in list.GetCriticalExtensionOids() ?? (IEnumerable<string>)[])
        {
            if (oid != X509Extensions.IssuingDistributionPoint.Id)
            {
                return false;
            }
        }

        if (list.GetExtensionValue(X509Extensions.DeltaCrlIndicator) is not null)
        {
            return false;
        }

        if (list.GetExtensionValue(X509Extensions.IssuingDistributionPoint) is not { } encoded)
        {
            return true;
        }

        var scope = IssuingDistributionPoint.GetInstance(Asn1Object.FromByteArray(encoded.GetOctets()));
        return !scope.IsIndirectCrl && !scope.OnlyContainsAttributeCerts && scope.OnlySomeReasons is null
            && !(scope.OnlyContainsUserCerts && subject.IsAuthority) && !(scope.OnlyContainsCACerts && !subject.IsAuthority)
            && (scope.DistributionPoint is not { } point || IsPointOf(point, subject));
    }

    // RFC 5280 §6.3.3 (b)(2)(i): one name of the list's point is one of the certificate's.
    private static bool IsPointOf(DistributionPointName point, RevocationCheck.Subject subject) =>
        point.Type == DistributionPointName.FullName && GeneralNames.GetInstance(point.Name).GetNames()
            .Any(name => name.TagNo == GeneralName.UniformResourceIdentifier && subject.ListNames.Contains(Encoding.Latin1.GetString(DerIA5String.GetInstance(name.Name).GetOctets())));
}
