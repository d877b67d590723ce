using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity.Revocation;
using IpsecDp.Ike.Identity.Signatures;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>
/// A path from a peer's certificate to an authority the policy trusts. It exists only where every signature, validity, constraint, purpose
/// and strength of it was found right; identity and revocation are asked of it afterwards. Nothing is fetched: what is missing is named by
/// <see cref="Pointers"/>, and only of a path that reached an anchor, so that no stranger makes us call anywhere.
/// </summary>
public sealed class CertificatePath : IDisposable
{
    private readonly X509Chain _chain;
    private readonly PathRules _rules;

    private CertificatePath(X509Chain chain, PathRules rules)
    {
        (_chain, _rules) = (chain, rules);
        Certificates = [.. chain.ChainElements.Select(element => element.Certificate)];
    }

    /// <summary>The certificates, the peer's first, the anchor last.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>Where revocation lists and OCSP answers for the path can be had.</summary>
    public IReadOnlyList<RevocationPointer> Pointers => [.. Certificates.SkipLast(1).SelectMany(RevocationPointer.Of)];

    /// <summary>Builds the path that is valid at that time; null exactly with a fault.</summary>
    public static CertificateFault TryBuild(ReceivedCertificates received, PathRules rules, DateTimeOffset now, out CertificatePath? path)
    {
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(rules);
        path = null;
        var chain = new X509Chain();
        try
        {
            SetUp(chain.ChainPolicy, received, rules, now);
            var isBuilt = chain.Build(received.EndEntity);
            var fault = isBuilt ? Check(chain, rules, now) : FaultOf(chain);
            path = fault == CertificateFault.None ? new CertificatePath(chain, rules) : null;
            return fault;
        }
        catch (CryptographicException)
        {
            return CertificateFault.Malformed;
        }
        finally
        {
            if (path is null)
            {
                Release(chain);
            }
        }
    }

    /// <summary>Whether the peer's certificate holds the identity the peer shows; without this a trusted certificate proves nothing about who it is.</summary>
    public CertificateFault CheckIdentity(IkeId id) => CertificateNames.Holds(Certificates[0], id) ? CertificateFault.None : CertificateFault.OtherIdentity;

    /// <summary>Holds every certificate but the anchor against the evidence, as the policy's <see cref="RevocationMode"/> asks.</summary>
    public CertificateFault CheckRevocation(RevocationEvidence evidence, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return RevocationCheck.OfPath(Certificates, _rules, evidence, now);
    }

    /// <summary>The peer's key, ready to check signatures; the check lives as long as the path.</summary>
    public IAuthenticationCheck CreateSignatureCheck()
    {
        AsymmetricAlgorithm key = Certificates[0].GetRSAPublicKey() is { } rsa ? rsa : Certificates[0].GetECDsaPublicKey()!;
        return new SignatureCheck(key, _rules.Keys);
    }

    /// <inheritdoc/>
    public void Dispose() => Release(_chain);

    private static void SetUp(X509ChainPolicy policy, ReceivedCertificates received, PathRules rules, DateTimeOffset now)
    {
        policy.TrustMode = rules.TrustsSystem ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.UtcDateTime;
        policy.ExtraStore.AddRange(received.Others.Concat(rules.Intermediates).ToArray());
        if (!rules.TrustsSystem)
        {
            policy.CustomTrustStore.AddRange(rules.Anchors.ToArray());
        }
    }

    private static CertificateFault Check(X509Chain chain, PathRules rules, DateTimeOffset now)
    {
        var elements = chain.ChainElements;
        if (elements.Count > rules.LongestPath)
        {
            return CertificateFault.PathTooLong;
        }

        var purpose = CertificateUses.Check(elements[0].Certificate, rules);
        if (purpose != CertificateFault.None)
        {
            return purpose;
        }

        for (var i = 0; i < elements.Count; i++)
        {
            var certificate = elements[i].Certificate;
            if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
            {
                return CertificateFault.OutsideValidity;
            }

            if (!CertificateStrength.IsEnough(certificate, isAnchor: i == elements.Count - 1, rules))
            {
                return CertificateFault.TooWeak;
            }
        }

        return CertificateFault.None;
    }

    // The platform gives every fault at once; the one that says most comes first.
    private static CertificateFault FaultOf(X509Chain chain)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return status switch
        {
            _ when Has(X509ChainStatusFlags.NotSignatureValid) => CertificateFault.WrongSignature,
            _ when Has(X509ChainStatusFlags.NotTimeValid) => CertificateFault.OutsideValidity,
            _ when Has(X509ChainStatusFlags.HasExcludedNameConstraint | X509ChainStatusFlags.HasNotPermittedNameConstraint | X509ChainStatusFlags.HasNotDefinedNameConstraint
                | X509ChainStatusFlags.HasNotSupportedNameConstraint | X509ChainStatusFlags.InvalidNameConstraints) => CertificateFault.NameNotPermitted,
            _ when Has(X509ChainStatusFlags.InvalidBasicConstraints | X509ChainStatusFlags.NotValidForUsage) => CertificateFault.NotAnAuthority,
            _ when Has(X509ChainStatusFlags.HasWeakSignature) => CertificateFault.TooWeak,
            _ when Has(X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.ExplicitDistrust) => CertificateFault.NoPathToAnchor,
            _ => CertificateFault.NotUnderstood,
        };

        bool Has(X509ChainStatusFlags flags) => (status & flags) != 0;
    }

    private static void Release(X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        chain.Dispose();
    }
}
