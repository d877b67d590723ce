using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>The chain of blocks under CCM, CMAC and XCBC: CBC encryption of which only the last block is kept; for one thread at a time.</summary>
internal sealed class CbcMac(SymmetricAlgorithm cipher) : IDisposable
{
    private const int BlockLength = 16;
    private const int BufferLength = 2048;

    private readonly CbcEncryptor _cbc = new(cipher);
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly byte[] _chain = new byte[BlockLength];
    private int _filled;

    /// <summary>The last block of the chain, once everything is flushed.</summary>
    public ReadOnlySpan<byte> Chain => _chain;

    /// <summary>Forgets the previous message.</summary>
    public void Start()
    {
        _filled = 0;
        Array.Clear(_chain);
    }

    /// <summary>Adds octets; the last block stays in the buffer, because a MAC masks it.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_filled == BufferLength)
            {
                Flush();
            }

            var length = Math.Min(octets.Length, BufferLength - _filled);
            octets[..length].CopyTo(_buffer.AsSpan(_filled));
            _filled += length;
            octets = octets[length..];
        }
    }

    /// <summary>Fills the block up with zeros, as CCM does behind AAD and payload (RFC 3610 §2.2).</summary>
    public void Align()
    {
        var padding = -_filled & (BlockLength - 1);
        _buffer.AsSpan(_filled, padding).Clear();
        _filled += padding;
    }

    /// <summary>Ends a MAC over a last block that is whole, or filled up by a one bit and zeros (RFC 4493 §2.4, RFC 3566 §4).</summary>
    public void Finish(ReadOnlySpan<byte> maskOfWhole, ReadOnlySpan<byte> maskOfPartial)
    {
        var isWhole = _filled > 0 && _filled % BlockLength == 0;
        if (!isWhole)
        {
            // A full buffer is a whole block, so there is room for the bit.
            _buffer[_filled++] = 0x80;
            Align();
        }

        Mask.Apply(_buffer.AsSpan(_filled - BlockLength, BlockLength), isWhole ? maskOfWhole : maskOfPartial);
        Flush();
    }

    /// <summary>Drives everything buffered through the chain; the buffer holds whole blocks.</summary>
    public void Flush()
    {
        if (_filled == 0)
        {
            return;
        }

        _cbc.Encrypt(_chain, _buffer.AsSpan(0, _filled));
        _buffer.AsSpan(_filled - BlockLength, BlockLength).CopyTo(_chain);
        _filled = 0;
    }

    public void Dispose()
    {
        _cbc.Dispose();
        CryptographicOperations.ZeroMemory(_buffer);
        CryptographicOperations.ZeroMemory(_chain);
    }
}
