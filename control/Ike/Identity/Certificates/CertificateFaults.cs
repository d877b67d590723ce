namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>What an operator reads about a certificate that was not believed.</summary>
public static class CertificateFaults
{
    /// <summary>One sentence for each fault.</summary>
    public static string Sentence(this CertificateFault fault) => fault switch
    {
        CertificateFault.None => "the peer's certificate is believed",
        CertificateFault.NoCertificate => "the peer sent no certificate",
        CertificateFault.OtherEncoding => "the peer sent a certificate in an encoding that is not taken",
        CertificateFault.HashAndUrl => "the peer sent a URL instead of a certificate; nothing is fetched for a peer that is not authenticated",
        CertificateFault.TooMany => "the peer sent too many certificates, or too large ones",
        CertificateFault.Malformed => "the peer sent something that is no certificate",
        CertificateFault.NoPathToAnchor => "no path leads from the peer's certificate to an authority the policy trusts",
        CertificateFault.PathTooLong => "the path of the peer's certificate is longer than the policy allows",
        CertificateFault.OutsideValidity => "a certificate of the peer's path is not yet valid or has expired",
        CertificateFault.WrongSignature => "a signature in the path of the peer's certificate is wrong",
        CertificateFault.NotAnAuthority => "a certificate of the peer's path was issued by one that may not issue it",
        CertificateFault.NameNotPermitted => "a name in the peer's path is outside what its authority may name",
        CertificateFault.NotUnderstood => "a certificate of the peer's path holds something critical that is not understood",
        CertificateFault.NotForSigning => "the key usage of the peer's certificate does not allow signatures",
        CertificateFault.OtherPurpose => "the extended key usage of the peer's certificate does not include IKE",
        CertificateFault.TooWeak => "a key or a hash in the path of the peer's certificate is weaker than the policy allows",
        CertificateFault.OtherIdentity => "the peer's certificate does not hold the identity the peer shows",
        CertificateFault.Revoked => "a certificate of the peer's path was revoked",
        CertificateFault.RevocationUnknown => "nothing fresh says whether the certificates of the peer's path were revoked, and the policy insists on it",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
