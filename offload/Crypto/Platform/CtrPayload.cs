using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES-CTR (RFC 3686): counter block = nonce(4) | IV(8) | counter(4) from 1.</summary>
internal sealed class CtrPayload : IPayloadCipher
{
    private readonly CtrKeystream _keystream;
    private readonly byte[] _nonce;

    public CtrPayload(Aes cipher, ReadOnlySpan<byte> nonce)
    {
        _keystream = new CtrKeystream(cipher);
        _nonce = nonce.ToArray();
    }

    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public void Encrypt(ReadOnlySpan<byte> iv, Span<byte> payload)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        _nonce.CopyTo(block);
        iv.CopyTo(block[4..]);
        _keystream.Apply(block, 1, payload);
    }

    public void Decrypt(ReadOnlySpan<byte> iv, Span<byte> payload) => Encrypt(iv, payload);

    public void Dispose()
    {
        _keystream.Dispose();
        CryptographicOperations.ZeroMemory(_nonce);
    }
}
