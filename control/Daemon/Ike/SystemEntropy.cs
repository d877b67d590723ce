using System.Security.Cryptography;
using IpsecDp.Ike;

namespace IpsecDp.Daemon.Ike;

/// <summary>The operating system's dice.</summary>
public sealed class SystemEntropy : IEntropy
{
    /// <inheritdoc/>
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
