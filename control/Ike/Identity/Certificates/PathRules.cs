using System.Security.Cryptography.X509Certificates;
using IpsecDp.Ike.Identity.Revocation;
using IpsecDp.Ike.Identity.Signatures;

namespace IpsecDp.Ike.Identity.Certificates;

/// <summary>What a policy asks of a peer's certificate.</summary>
public sealed record PathRules
{
    /// <summary>The authorities trusted for this peer: self-signed certificates. The system's are not, unless <see cref="TrustsSystem"/>.</summary>
    public required IReadOnlyList<X509Certificate2> Anchors { get; init; }

    /// <summary>Authorities between anchor and peer that need not be sent.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates { get; init; } = [];

    /// <summary>Whether the operating system's authorities count too.</summary>
    public bool TrustsSystem { get; init; }

    /// <summary>Most certificates of a path, anchor and peer included.</summary>
    public int LongestPath { get; init; } = 8;

    /// <summary>Whether a certificate for TLS servers or clients serves too; RFC 4945 §5.1.3.12 asks for the IKE purpose or any purpose.</summary>
    public bool TakesTlsPurposes { get; init; }

    /// <summary>Whether SHA-1 may be under a signature of the path; never MD5.</summary>
    public bool TakesSha1 { get; init; }

    /// <summary>What is asked about revocation.</summary>
    public RevocationMode Revocation { get; init; } = RevocationMode.WhereKnown;

    /// <summary>What is asked of the keys.</summary>
    public SignatureRules Keys { get; init; } = SignatureRules.Default;
}
