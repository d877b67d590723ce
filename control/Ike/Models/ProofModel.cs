using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Models;

/// <summary>How one side proves its identity.</summary>
public abstract record ProofModel
{
    /// <summary>Whether the other is the same proof read again: keys are compared by their octets, in constant time, and certificates by theirs.</summary>
    public abstract bool IsSameAs(ProofModel? other);

    /// <summary>By a key both know (RFC 7296 §2.15).</summary>
    public sealed record Shared(SecretBytes Secret) : ProofModel
    {
        /// <inheritdoc/>
        public override bool IsSameAs(ProofModel? other) => other is Shared shared && CryptographicOperations.FixedTimeEquals(Secret.Reveal(), shared.Secret.Reveal());
    }

    /// <summary>By the private key of a certificate, ours.</summary>
    public sealed record Own(ValueList<Credential> Credentials, SignatureRules Rules) : ProofModel
    {
        /// <inheritdoc/>
        public override bool IsSameAs(ProofModel? other) => other is Own own && Rules == own.Rules && Credentials.Count == own.Credentials.Count
            && Credentials.Zip(own.Credentials).All(pair => AreSame([pair.First.Certificate, .. pair.First.Authorities], [pair.Second.Certificate, .. pair.Second.Authorities]));
    }

    /// <summary>By the private key of a certificate that leads to an anchor of the policy, the peer's.</summary>
    public sealed record Certified(PathRules Rules) : ProofModel
    {
        /// <inheritdoc/>
        public override bool IsSameAs(ProofModel? other) => other is Certified certified && AreSame(Rules.Anchors, certified.Rules.Anchors) && AreSame(Rules.Intermediates, certified.Rules.Intermediates)
            && Rules == certified.Rules with { Anchors = Rules.Anchors, Intermediates = Rules.Intermediates };
    }

    private static bool AreSame(IReadOnlyList<X509Certificate2> one, IReadOnlyList<X509Certificate2> two) =>
        one.Count == two.Count && one.Zip(two).All(pair => pair.First.RawDataMemory.Span.SequenceEqual(pair.Second.RawDataMemory.Span));
}
