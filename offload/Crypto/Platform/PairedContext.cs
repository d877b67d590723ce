namespace IpsecDp.Crypto.Platform;

/// <summary>A cipher and the MAC beside it, as one thread borrows them.</summary>
internal sealed record PairedContext(IPayloadCipher Cipher, IKeyedMac Mac) : IDisposable
{
    public void Dispose()
    {
        Cipher.Dispose();
        Mac.Dispose();
    }
}
