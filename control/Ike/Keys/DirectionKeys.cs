using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Ike.Keys;

/// <summary>The keys one side of an IKE SA sends with: SK_a, SK_e (with its salt) and SK_p.</summary>
public sealed class DirectionKeys(SecretBytes integrity, SecretBytes encryption, SecretBytes proof) : IDisposable
{
    /// <summary>SK_a; empty beside a combined cipher.</summary>
    public SecretBytes Integrity { get; } = integrity;

    /// <summary>SK_e, followed by the salt of a combined cipher.</summary>
    public SecretBytes Encryption { get; } = encryption;

    /// <summary>SK_p, which binds the identity into AUTH.</summary>
    public SecretBytes Proof { get; } = proof;

    /// <inheritdoc/>
    public void Dispose()
    {
        Integrity.Dispose();
        Encryption.Dispose();
        Proof.Dispose();
    }
}
