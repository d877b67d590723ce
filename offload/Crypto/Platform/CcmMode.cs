using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES-CCM (RFC 3610; RFC 4309 in ESP) from the platform's CBC and ECB, because its own object allocates and keys itself anew for each packet.</summary>
internal sealed class CcmMode : ICombinedMode
{
    private const int BlockLength = 16;

    private readonly CbcMac _mac;
    private readonly CtrKeystream _keystream;

    public CcmMode(ReadOnlySpan<byte> key)
    {
        using var cipher = Aes.Create();
        cipher.SetKey(key);
        _mac = new CbcMac(cipher);
        _keystream = new CtrKeystream(cipher);
    }

    public void Encrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, Span<byte> tag, ReadOnlySpan<byte> aad)
    {
        Span<byte> counterBlock = stackalloc byte[BlockLength];
        WriteCounterBlock(counterBlock, nonce);
        Authenticate(nonce, payload, tag, aad);
        _keystream.Apply(counterBlock, 0, tag);
        _keystream.Apply(counterBlock, 1, payload);
    }

    public bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> aad)
    {
        Span<byte> counterBlock = stackalloc byte[BlockLength];
        Span<byte> expected = stackalloc byte[BlockLength];
        expected = expected[..tag.Length];
        WriteCounterBlock(counterBlock, nonce);

        // The tag is over the plaintext, so here decryption must come first.
        _keystream.Apply(counterBlock, 1, payload);
        Authenticate(nonce, payload, expected, aad);
        _keystream.Apply(counterBlock, 0, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    public void Dispose()
    {
        _mac.Dispose();
        _keystream.Dispose();
    }

    // RFC 3610 §2.3: A_0 = L-1 | nonce | 0.
    private static void WriteCounterBlock(Span<byte> block, ReadOnlySpan<byte> nonce)
    {
        block.Clear();
        block[0] = (byte)(BlockLength - 2 - nonce.Length);
        nonce.CopyTo(block[1..]);
    }

    // RFC 3610 §2.2: B_0 = flags | nonce | length of the payload, then the AAD behind its length, then the payload.
    private void Authenticate(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> payload, Span<byte> tag, ReadOnlySpan<byte> aad)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(block[12..], (uint)payload.Length);
        var hasAad = aad.IsEmpty ? 0 : 1 << 6;
        block[0] = (byte)(hasAad | ((tag.Length - 2) / 2 << 3) | (BlockLength - 2 - nonce.Length));
        nonce.CopyTo(block[1..]);
        _mac.Start();
        _mac.Append(block);
        if (!aad.IsEmpty)
        {
            Span<byte> length = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)aad.Length));
            _mac.Append(length);
            _mac.Append(aad);
            _mac.Align();
        }

        _mac.Append(payload);
        _mac.Align();
        _mac.Flush();
        _mac.Chain[..tag.Length].CopyTo(tag);
    }
}
