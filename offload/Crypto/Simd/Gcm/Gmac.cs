using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GCM without text (SP 800-38D §3), under one key.</summary>
internal abstract class Gmac : IDisposable
{
    /// <summary>Octets of the tag.</summary>
    public const int TagLength = 16;

    /// <summary>The tag of octets; the nonce's last lane is the counter's.</summary>
    public Vector128<byte> Tag(Vector128<byte> nonce, ReadOnlySpan<byte> octets) => Tag(nonce, [], octets);

    /// <summary>The tag of octets that begin with whole blocks standing elsewhere.</summary>
    public abstract Vector128<byte> Tag(Vector128<byte> nonce, ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> octets);

    /// <summary>Zeroes everything that follows from the key.</summary>
    public abstract void Dispose();
}
