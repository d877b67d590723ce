using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES-GMAC under a key and its 4-octet salt: GCM of nothing, with everything as AAD (RFC 4543 §2).</summary>
internal sealed class GmacKey : IDisposable
{
    public const int SaltLength = 4;
    private const int TagLength = 16;
    private const int NonceLength = 12;

    private readonly SecretBytes _key;
    private readonly SecretBytes _salt;
    private readonly ContextPool<AesGcm> _contexts;

    public GmacKey(ReadOnlySpan<byte> keyAndSalt)
    {
        _key = new SecretBytes(keyAndSalt[..^SaltLength]);
        _salt = new SecretBytes(keyAndSalt[^SaltLength..]);
        _contexts = new ContextPool<AesGcm>(() => new AesGcm(_key.Reveal(), TagLength));
    }

    /// <summary>Writes the 16-octet tag.</summary>
    public void Compute(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> octets, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        _salt.Reveal().CopyTo(nonce);
        iv.CopyTo(nonce[SaltLength..]);
        var context = _contexts.Rent();
        context.Encrypt(nonce, ReadOnlySpan<byte>.Empty, Span<byte>.Empty, tag, octets);
        _contexts.Return(context);
    }

    public void Dispose()
    {
        _contexts.Dispose();
        _key.Dispose();
        _salt.Dispose();
    }
}
