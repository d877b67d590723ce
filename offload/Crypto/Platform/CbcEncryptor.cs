using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>CBC encryption under any IV through one long-lived platform transform; for one thread at a time.</summary>
/// <remarks>The transform XORs its previous output block onto the next input. Setting an IV would cost an object per packet, so the first block carries that output a second time, which cancels it, and the IV.</remarks>
internal sealed class CbcEncryptor : IDisposable
{
    private const int ChunkLength = 4096;

    private readonly ICryptoTransform _transform;
    private readonly byte[] _chunk = new byte[ChunkLength];
    private readonly byte[] _previous;

    public CbcEncryptor(SymmetricAlgorithm cipher)
    {
        _previous = new byte[cipher.BlockSize / 8];
        cipher.Mode = CipherMode.CBC;
        cipher.Padding = PaddingMode.None;
        var key = cipher.Key;
        _transform = cipher.CreateEncryptor(key, new byte[_previous.Length]);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Encrypts whole blocks in place.</summary>
    public void Encrypt(ReadOnlySpan<byte> iv, Span<byte> blocks)
    {
        var isFirst = true;
        while (!blocks.IsEmpty)
        {
            var length = Math.Min(blocks.Length, ChunkLength);
            blocks[..length].CopyTo(_chunk);
            if (isFirst)
            {
                Mask.Apply(_chunk.AsSpan(0, _previous.Length), iv);
                Mask.Apply(_chunk.AsSpan(0, _previous.Length), _previous);
                isFirst = false;
            }

            _transform.TransformBlock(_chunk, 0, length, _chunk, 0);
            _chunk.AsSpan(0, length).CopyTo(blocks);
            _chunk.AsSpan(length - _previous.Length, _previous.Length).CopyTo(_previous);
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
