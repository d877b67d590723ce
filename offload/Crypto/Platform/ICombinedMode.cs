namespace IpsecDp.Crypto.Platform;

/// <summary>A cipher that authenticates by itself, keyed; for one thread at a time.</summary>
internal interface ICombinedMode : IDisposable
{
    /// <summary>Encrypts in place and writes the leading octets of the tag.</summary>
    void Encrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, Span<byte> tag, ReadOnlySpan<byte> aad);

    /// <summary>Decrypts in place if the tag is right; on false the payload's content is undefined.</summary>
    bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> aad);
}
