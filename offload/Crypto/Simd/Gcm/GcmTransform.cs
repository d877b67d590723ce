using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>AES-GCM under one key (SP 800-38D §7), text in place.</summary>
internal abstract class GcmTransform : IDisposable
{
    /// <summary>Encrypts the text and gives the whole tag; <paramref name="room"/> octets behind the text may be overwritten.</summary>
    public abstract Vector128<byte> Seal(in GcmHeader header, Span<byte> text, int room);

    /// <summary>Decrypts the text if the tag, perhaps truncated, is right; otherwise the text is zeroed or still encrypted.</summary>
    public abstract bool TryOpen(in GcmHeader header, Span<byte> text, int room, Icv tag);

    /// <summary>Zeroes everything that follows from the key.</summary>
    public abstract void Dispose();
}
