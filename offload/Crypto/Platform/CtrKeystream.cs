using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES in counter mode from the platform's ECB: counter blocks are encrypted by the chunk and XORed onto the data; for one thread at a time.</summary>
internal sealed class CtrKeystream : IDisposable
{
    private const int BlockLength = 16;
    private const int ChunkLength = 2048;

    private readonly ICryptoTransform _transform;
    private readonly byte[] _chunk = new byte[ChunkLength];

    public CtrKeystream(Aes cipher)
    {
        cipher.Mode = CipherMode.ECB;
        cipher.Padding = PaddingMode.None;
        _transform = cipher.CreateEncryptor();
    }

    /// <summary>Encrypts or decrypts in place; the counter is added to the last 32 bits of the first block, big-endian.</summary>
    public void Apply(ReadOnlySpan<byte> firstBlock, uint counter, Span<byte> data)
    {
        counter += BinaryPrimitives.ReadUInt32BigEndian(firstBlock[12..]);
        while (!data.IsEmpty)
        {
            var length = Math.Min(data.Length, ChunkLength);
            var blocks = (length + BlockLength - 1) / BlockLength;
            for (var i = 0; i < blocks; i++)
            {
                var block = _chunk.AsSpan(i * BlockLength, BlockLength);
                firstBlock.CopyTo(block);
                BinaryPrimitives.WriteUInt32BigEndian(block[12..], counter++);
            }

            _transform.TransformBlock(_chunk, 0, blocks * BlockLength, _chunk, 0);
            Mask.Apply(data[..length], _chunk);
            data = data[length..];
        }
    }

    public void Dispose()
    {
        _transform.Dispose();
        CryptographicOperations.ZeroMemory(_chunk);
    }
}
