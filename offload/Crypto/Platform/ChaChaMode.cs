using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>ChaCha20-Poly1305 (RFC 8439 §2.8).</summary>
internal sealed class ChaChaMode(ReadOnlySpan<byte> key) : ICombinedMode
{
    private readonly ChaCha20Poly1305 _cipher = new(key);

    public void Encrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, Span<byte> tag, ReadOnlySpan<byte> aad) =>
        _cipher.Encrypt(nonce, payload, payload, tag, aad);

    public bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> aad)
    {
        try
        {
            _cipher.Decrypt(nonce, payload, tag, payload, aad);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The platform has no other way to say it; 464 octets and some microseconds per forged packet.
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
