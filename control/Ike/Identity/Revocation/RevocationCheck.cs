using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity.Certificates;
using Org.BouncyCastle.X509;
using BouncyCertificate = Org.BouncyCastle.X509.X509Certificate;

namespace IpsecDp.Ike.Identity.Revocation;

/// <summary>Holds the certificates of a path against revocation evidence, RFC 5280 §6.3 and RFC 6960. Without sockets: what is not at hand is unknown.</summary>
internal static class RevocationCheck
{
    public static CertificateFault OfPath(IReadOnlyList<X509Certificate2> path, PathRules rules, RevocationEvidence evidence, DateTimeOffset now)
    {
        if (rules.Revocation == RevocationMode.Off)
        {
            return CertificateFault.None;
        }

        var certificates = path.Select(certificate => new X509CertificateParser().ReadCertificate(certificate.RawData)).ToList();
        for (var i = 0; i + 1 < certificates.Count; i++)
        {
            var subject = new Subject(certificates[i], certificates[i + 1], RevocationPointer.ListNames(path[i]), now.UtcDateTime, rules.TakesSha1);
            var status = StatusOf(subject, evidence);
            if (status == RevocationStatus.Revoked)
            {
                return CertificateFault.Revoked;
            }

            if (status == RevocationStatus.Unknown && rules.Revocation == RevocationMode.Always)
            {
                return CertificateFault.RevocationUnknown;
            }
        }

        return CertificateFault.None;
    }

    // One "revoked" outweighs any "good": an old answer may still be fresh after the certificate was revoked.
    private static RevocationStatus StatusOf(Subject subject, RevocationEvidence evidence)
    {
        var best = RevocationStatus.Unknown;
        foreach (var answer in evidence.Answers.Where(answer => answer.Length <= RevocationEvidence.LongestAnswer).Take(RevocationEvidence.Most))
        {
            best = Worse(best, OcspAnswer.StatusOf(subject, answer.Span.ToArray()));
        }

        foreach (var list in evidence.Lists.Where(list => list.Length <= RevocationEvidence.LongestList).Take(RevocationEvidence.Most))
        {
            best = Worse(best, RevocationList.StatusOf(subject, list.Span.ToArray()));
        }

        return best;
    }

    private static RevocationStatus Worse(RevocationStatus one, RevocationStatus two) => (RevocationStatus)Math.Max((int)one, (int)two);

    /// <summary>The certificate asked about, who issued it, where its lists are issued for, and the time.</summary>
    internal sealed record Subject(BouncyCertificate Certificate, BouncyCertificate Issuer, IReadOnlyList<string> ListNames, DateTime Now, bool TakesSha1)
    {
        public bool IsAuthority => Certificate.GetBasicConstraints() >= 0;

        /// <summary>Whether a signature's hash is one we take.</summary>
        public bool TakesSignature(string algorithmOid) => SignatureOids.Contains(algorithmOid) || (TakesSha1 && Sha1Oids.Contains(algorithmOid));

        private static readonly string[] Sha1Oids = ["1.2.840.113549.1.1.5", "1.2.840.10045.4.1"];

        private static readonly string[] SignatureOids =
        [
            "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.2.840.113549.1.1.10",
            "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
        ];
    }
}
