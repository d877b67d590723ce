using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Simd.Mac;

/// <summary>The two states every HMAC under one key begins with, the inner hash's and the outer's (RFC 2104 §4), in memory the collector does not move; zeroed on dispose.</summary>
internal sealed class HmacStates(int words) : IDisposable
{
    private readonly uint[] _states = GC.AllocateArray<uint>(2 * words, pinned: true);

    /// <summary>After the key with the inner pad.</summary>
    public Span<uint> Inner => _states.AsSpan(0, words);

    /// <summary>After the key with the outer pad.</summary>
    public Span<uint> Outer => _states.AsSpan(words);

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_states.AsSpan()));
}
