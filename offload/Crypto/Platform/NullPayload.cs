namespace IpsecDp.Crypto.Platform;

/// <summary>RFC 2410: the payload stays as it is.</summary>
internal sealed class NullPayload : IPayloadCipher
{
    public void WriteIv(Span<byte> iv, ulong sequence) => iv.Clear();

    public void Encrypt(ReadOnlySpan<byte> iv, Span<byte> payload)
    {
    }

    public void Decrypt(ReadOnlySpan<byte> iv, Span<byte> payload)
    {
    }

    public void Dispose()
    {
    }
}
