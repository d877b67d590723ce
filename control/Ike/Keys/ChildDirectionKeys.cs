using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Ike.Keys;

/// <summary>The keys of one direction of a child SA.</summary>
public sealed class ChildDirectionKeys(SecretBytes encryption, SecretBytes integrity) : IDisposable
{
    /// <summary>The cipher's key, followed by its salt.</summary>
    public SecretBytes Encryption { get; } = encryption;

    /// <summary>The MAC's key; empty beside a combined cipher.</summary>
    public SecretBytes Integrity { get; } = integrity;

    /// <inheritdoc/>
    public void Dispose()
    {
        Encryption.Dispose();
        Integrity.Dispose();
    }
}
