using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Models;

/// <summary>How one side proves its identity.</summary>
public abstract record ProofModel
{
    /// <summary>By a key both know (RFC 7296 §2.15).</summary>
    public sealed record Shared(SecretBytes Secret) : ProofModel;

    /// <summary>By the private key of a certificate, ours.</summary>
    public sealed record Own(ValueList<Credential> Credentials, SignatureRules Rules) : ProofModel;

    /// <summary>By the private key of a certificate that leads to an anchor of the policy, the peer's.</summary>
    public sealed record Certified(PathRules Rules) : ProofModel;
}
