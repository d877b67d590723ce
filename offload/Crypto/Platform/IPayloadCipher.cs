namespace IpsecDp.Crypto.Platform;

/// <summary>A cipher that does not authenticate, keyed; for one thread at a time.</summary>
internal interface IPayloadCipher : IDisposable
{
    /// <summary>Writes an IV for a number that was never used before with this key.</summary>
    void WriteIv(Span<byte> iv, ulong sequence);

    /// <summary>Encrypts whole blocks in place.</summary>
    void Encrypt(ReadOnlySpan<byte> iv, Span<byte> payload);

    /// <summary>Decrypts whole blocks in place.</summary>
    void Decrypt(ReadOnlySpan<byte> iv, Span<byte> payload);
}
