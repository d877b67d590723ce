using System.Security.Cryptography;

namespace IpsecDp.Crypto.Platform;

/// <summary>AES-CMAC (RFC 4493) and AES-XCBC (RFC 3566): one chain, and masks for a last block that is whole or partial.</summary>
internal sealed class BlockCode : IKeyedMac
{
    private const int BlockLength = 16;

    private readonly CbcMac _chain;
    private readonly byte[] _maskOfWhole;
    private readonly byte[] _maskOfPartial;

    private BlockCode(Aes cipher, byte[] maskOfWhole, byte[] maskOfPartial)
    {
        _chain = new CbcMac(cipher);
        _maskOfWhole = maskOfWhole;
        _maskOfPartial = maskOfPartial;
    }

    /// <summary>CMAC: both masks are the encryption of zero, doubled once and twice (RFC 4493 §2.3).</summary>
    public static BlockCode Cmac(ReadOnlySpan<byte> key)
    {
        using var cipher = Aes.Create();
        cipher.SetKey(key);
        var once = cipher.EncryptEcb(new byte[BlockLength], PaddingMode.None);
        Double(once);
        var twice = (byte[])once.Clone();
        Double(twice);
        return new BlockCode(cipher, once, twice);
    }

    /// <summary>XCBC: chain key and masks are encryptions of the constants 01.., 02.. and 03.. (RFC 3566 §4).</summary>
    public static BlockCode Xcbc(ReadOnlySpan<byte> key)
    {
        using var deriving = Aes.Create();
        deriving.SetKey(key);
        var chainKey = Derive(deriving, 1);
        using var cipher = Aes.Create();
        cipher.SetKey(chainKey);
        CryptographicOperations.ZeroMemory(chainKey);
        return new BlockCode(cipher, Derive(deriving, 2), Derive(deriving, 3));
    }

    public void Compute(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> behind, Span<byte> code)
    {
        _chain.Start();
        _chain.Append(octets);
        _chain.Append(behind);
        _chain.Finish(_maskOfWhole, _maskOfPartial);
        _chain.Chain[..code.Length].CopyTo(code);
    }

    public void Dispose()
    {
        _chain.Dispose();
        CryptographicOperations.ZeroMemory(_maskOfWhole);
        CryptographicOperations.ZeroMemory(_maskOfPartial);
    }

    private static byte[] Derive(Aes cipher, byte constant)
    {
        var block = new byte[BlockLength];
        Array.Fill(block, constant);
        return cipher.EncryptEcb(block, PaddingMode.None);
    }

    // Multiplication by x in GF(2^128); the reduction is applied by mask, since the carry depends on the key.
    private static void Double(Span<byte> block)
    {
        var carry = block[0] >> 7;
        for (var i = 0; i < BlockLength - 1; i++)
        {
            block[i] = (byte)((block[i] << 1) | (block[i + 1] >> 7));
        }

        block[^1] = (byte)((block[^1] << 1) ^ (-carry & 0x87));
    }
}
