using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES-GCM with tags of 8, 12 or 16 octets (RFC 4106 §6).</summary>
internal sealed class GcmMode(ReadOnlySpan<byte> key, int tagLength) : ICombinedMode
{
    private const int WholeTag = 16;

    // The platform knows no tag below 12 octets; a shorter one is cut from the whole.
    private readonly bool _isCut = tagLength < AesGcm.TagByteSizes.MinSize;
    private readonly AesGcm _gcm = new(key, tagLength < AesGcm.TagByteSizes.MinSize ? WholeTag : tagLength);

    public void Encrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, Span<byte> tag, ReadOnlySpan<byte> aad)
    {
        if (!_isCut)
        {
            _gcm.Encrypt(nonce, payload, payload, tag, aad);
            return;
        }

        Span<byte> whole = stackalloc byte[WholeTag];
        _gcm.Encrypt(nonce, payload, payload, whole, aad);
        whole[..tag.Length].CopyTo(tag);
    }

    public bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> aad)
    {
        if (_isCut)
        {
            return TryDecryptCut(nonce, payload, tag, aad);
        }

        try
        {
            _gcm.Decrypt(nonce, payload, tag, payload, aad);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The platform has no other way to say it; 464 octets and some microseconds per forged packet.
            return false;
        }
    }

    // Encryption and decryption are one keystream, and the tag is over the ciphertext: there, back (with the tag), and there again once it is proven.
    private bool TryDecryptCut(ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> aad)
    {
        Span<byte> whole = stackalloc byte[WholeTag];
        _gcm.Encrypt(nonce, payload, payload, whole, aad);
        _gcm.Encrypt(nonce, payload, payload, whole, aad);
        if (!CryptographicOperations.FixedTimeEquals(whole[..tag.Length], tag))
        {
            return false;
        }

        _gcm.Encrypt(nonce, payload, payload, whole, aad);
        return true;
    }

    public void Dispose() => _gcm.Dispose();
}
