using IpsecDp.Ike.Messages.Notifies;

namespace IpsecDp.Ike.Identity.Signatures;

/// <summary>What a policy asks of signatures and of the keys under them.</summary>
public sealed record SignatureRules
{
    /// <summary>The usual rules: SHA-2, RSA of 2048 bits and more, PSS where RFC 7427 is spoken.</summary>
    public static SignatureRules Default { get; } = new();

    /// <summary>The hashes we offer and take; SHA-1 only if a policy names it.</summary>
    public IReadOnlyList<SignatureHash> Hashes { get; init; } = [SignatureHash.Sha256, SignatureHash.Sha384, SignatureHash.Sha512];

    /// <summary>Least bits of an RSA modulus.</summary>
    public int LeastRsaBits { get; init; } = 2048;

    /// <summary>Most bits of an RSA modulus, so that no peer makes a check last long.</summary>
    public int MostRsaBits { get; init; } = 8192;

    /// <summary>Whether we sign with PSS (RFC 7427 §4 recommends it) rather than PKCS #1 v1.5 under method 14; both are checked.</summary>
    public bool PrefersPss { get; init; } = true;

    /// <summary>The hash of method 1 towards peers that do not speak RFC 7427; many old ones take SHA-1 only (RFC 7296 §3.8).</summary>
    public SignatureHash RsaMethodHash { get; init; } = SignatureHash.Sha256;
}
