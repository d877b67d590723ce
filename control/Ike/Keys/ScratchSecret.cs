using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Ike.Keys;

/// <summary>Key material in the making: pinned, so that no copy is left where the collector had it, and zeroed when its using ends.</summary>
internal sealed class ScratchSecret(int length) : IDisposable
{
    private readonly byte[] _octets = GC.AllocateArray<byte>(length, pinned: true);

    public Span<byte> Octets => _octets;

    /// <summary>One secret of several, end to end.</summary>
    public static ScratchSecret Joined(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        var joined = new ScratchSecret(length);
        var rest = joined.Octets;
        foreach (var part in parts)
        {
            part.Span.CopyTo(rest);
            rest = rest[part.Length..];
        }

        return joined;
    }

    public SecretBytes ToSecret() => new(_octets);

    public void Dispose() => CryptographicOperations.ZeroMemory(_octets);
}
