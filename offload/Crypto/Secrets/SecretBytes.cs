using System.Security.Cryptography;

namespace IpsecDp.Crypto.Secrets;

/// <summary>Key octets in memory the collector does not move, zeroed on dispose and never printed.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _octets;
    private bool _isDisposed;

    /// <summary>Takes a copy; the caller clears what it holds.</summary>
    public SecretBytes(ReadOnlySpan<byte> octets)
    {
        // Pinned, so that no copy stays behind where the collector had it before.
        _octets = GC.AllocateUninitializedArray<byte>(octets.Length, pinned: true);
        octets.CopyTo(_octets);
    }

    /// <summary>No key at all, as a combined cipher's integrity key.</summary>
    public static SecretBytes Empty => new([]);

    /// <summary>Number of octets.</summary>
    public int Length => _octets.Length;

    /// <summary>The octets themselves; throws <see cref="ObjectDisposedException"/> once they are zeroed.</summary>
    public ReadOnlySpan<byte> Reveal()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _octets;
    }

    /// <summary>Zeroes the octets.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_octets);
        _isDisposed = true;
    }

    /// <summary>The length only, so that a log line cannot carry a key.</summary>
    public override string ToString() => $"secret of {Length} octets";
}
