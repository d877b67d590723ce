using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>CBC decryption under any IV through one long-lived platform transform; for one thread at a time.</summary>
/// <remarks>The transform XORs the last ciphertext block it saw onto the next output; the first block is freed of it and given the IV.</remarks>
internal sealed class CbcDecryptor : IDisposable
{
    private const int ChunkLength = 4096;

    private readonly ICryptoTransform _transform;
    private readonly byte[] _chunk = new byte[ChunkLength];
    private readonly byte[] _previous;

    public CbcDecryptor(SymmetricAlgorithm cipher)
    {
        _previous = new byte[cipher.BlockSize / 8];
        cipher.Mode = CipherMode.CBC;
        cipher.Padding = PaddingMode.None;
        var key = cipher.Key;
        _transform = cipher.CreateDecryptor(key, new byte[_previous.Length]);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Decrypts whole blocks in place.</summary>
    public void Decrypt(ReadOnlySpan<byte> iv, Span<byte> blocks)
    {
        Span<byte> correction = stackalloc byte[_previous.Length];
        iv.CopyTo(correction);
        Mask.Apply(correction, _previous);
        while (!blocks.IsEmpty)
        {
            var length = Math.Min(blocks.Length, ChunkLength);
            blocks[..length].CopyTo(_chunk);
            blocks.Slice(length - _previous.Length, _previous.Length).CopyTo(_previous);
            _transform.TransformBlock(_chunk, 0, length, _chunk, 0);
            Mask.Apply(_chunk.AsSpan(0, correction.Length), correction);
            correction.Clear();
            _chunk.AsSpan(0, length).CopyTo(blocks);
            blocks = blocks[length..];
        }
    }

    public void Dispose()
    {
        _transform.Dispose();
        CryptographicOperations.ZeroMemory(_chunk);
        CryptographicOperations.ZeroMemory(_previous);
    }
}
