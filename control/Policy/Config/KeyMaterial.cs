using IpsecDp.Crypto.Secrets;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>A key as the operator gave it and where; the octets are zeroed on dispose.</summary>
internal sealed record KeyMaterial(SecretBytes Octets, SourcePosition Position) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Octets.Dispose();
}
