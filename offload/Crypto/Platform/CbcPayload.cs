using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES-CBC (RFC 3602) or 3DES-CBC (RFC 2451).</summary>
internal sealed class CbcPayload(SymmetricAlgorithm cipher) : IPayloadCipher
{
    private readonly CbcEncryptor _encryptor = new(cipher);
    private readonly CbcDecryptor _decryptor = new(cipher);

    public void WriteIv(Span<byte> iv, ulong sequence)
    {
        // SP 800-38A appendix C: a nonce under the same key gives an IV nobody can predict.
        Span<byte> zero = stackalloc byte[iv.Length];
        zero.Clear();
        iv.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(iv[^8..], sequence);
        _encryptor.Encrypt(zero, iv);
    }

    public void Encrypt(ReadOnlySpan<byte> iv, Span<byte> payload) => _encryptor.Encrypt(iv, payload);

    public void Decrypt(ReadOnlySpan<byte> iv, Span<byte> payload) => _decryptor.Decrypt(iv, payload);

    public void Dispose()
    {
        _encryptor.Dispose();
        _decryptor.Dispose();
    }
}
