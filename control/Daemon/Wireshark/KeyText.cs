using System.Security.Cryptography;
using System.Text;

namespace IpsecDp.Daemon.Wireshark;

/// <summary>Text with keys in it, as octets that are zeroed, because a string could not be.</summary>
public sealed class KeyText : IDisposable
{
    private const int Room = 2048;

    // Never grown, so that no copy with a key stays behind.
    private readonly byte[] _octets = GC.AllocateArray<byte>(Room, pinned: true);
    private int _length;

    /// <summary>What was added.</summary>
    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _length);

    /// <summary>Adds text without secrets; throws <see cref="ArgumentException"/> when it is full.</summary>
    public void Add(string text) => _length += Encoding.ASCII.GetBytes(text, _octets.AsSpan(_length));

    /// <summary>Adds two digits an octet; throws <see cref="ArgumentException"/> when it is full.</summary>
    public void AddSecret(ReadOnlySpan<byte> key)
    {
        if (!Convert.TryToHexStringLower(key, _octets.AsSpan(_length), out var written))
        {
            throw new ArgumentException("there is no room for the key", nameof(key));
        }

        _length += written;
    }

    /// <summary>Empties it and zeroes what was there.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_octets.AsSpan(0, _length));
        _length = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
