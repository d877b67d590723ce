using System.Security.Cryptography;

namespace IpsecDp.Ike.Keys.Macs;

/// <summary>
/// The two codes made of a CBC chain of AES-128: AES-XCBC (RFC 3566) and AES-CMAC (RFC 4493). They differ only in how the keys of the
/// chain, of a full last block and of a padded last block follow from the one key.
/// </summary>
internal sealed class AesBlockMac : KeyedMac
{
    private const int Block = 16;

    private readonly Aes _chainCipher = Aes.Create();
    private readonly byte[] _chain = new byte[Block];
    private readonly byte[] _held = new byte[Block];
    private readonly byte[] _fullMask = new byte[Block];
    private readonly byte[] _paddedMask = new byte[Block];
    private int _heldLength;

    private AesBlockMac()
    {
    }

    public override int OutputLength => Block;

    /// <summary>RFC 3566 §4: K1, K2 and K3 are the encryptions of 01…, 02… and 03….</summary>
    public static AesBlockMac Xcbc(ReadOnlySpan<byte> key)
    {
        var mac = new AesBlockMac();
        Span<byte> constant = stackalloc byte[Block];
        Span<byte> chainKey = stackalloc byte[Block];
        mac._chainCipher.SetKey(key);
        constant.Fill(1);
        mac._chainCipher.EncryptEcb(constant, chainKey, PaddingMode.None);
        constant.Fill(2);
        mac._chainCipher.EncryptEcb(constant, mac._fullMask, PaddingMode.None);
        constant.Fill(3);
        mac._chainCipher.EncryptEcb(constant, mac._paddedMask, PaddingMode.None);
        mac._chainCipher.SetKey(chainKey);
        CryptographicOperations.ZeroMemory(chainKey);
        return mac;
    }

    /// <summary>RFC 4493 §2.3: the masks are the encrypted zero block, doubled once and twice in GF(2^128).</summary>
    public static AesBlockMac Cmac(ReadOnlySpan<byte> key)
    {
        var mac = new AesBlockMac();
        Span<byte> zeros = stackalloc byte[Block];
        mac._chainCipher.SetKey(key);
        mac._chainCipher.EncryptEcb(zeros, mac._fullMask, PaddingMode.None);
        Double(mac._fullMask, mac._fullMask);
        Double(mac._fullMask, mac._paddedMask);
        return mac;
    }

    public override void Append(ReadOnlySpan<byte> octets)
    {
        // The last block is treated apart, so a full one is held until another octet shows that it was not the last.
        while (octets.Length > 0)
        {
            if (_heldLength == Block)
            {
                Chain();
            }

            var taken = Math.Min(Block - _heldLength, octets.Length);
            octets[..taken].CopyTo(_held.AsSpan(_heldLength));
            _heldLength += taken;
            octets = octets[taken..];
        }
    }

    protected override void FinishWhole(Span<byte> destination)
    {
        var mask = _heldLength == Block ? _fullMask : _paddedMask;
        if (_heldLength < Block)
        {
            _held.AsSpan(_heldLength).Clear();
            _held[_heldLength] = 0x80;
        }

        Xor(mask, _held);
        Chain();
        _chain.CopyTo(destination);
        _chain.AsSpan().Clear();
    }

    protected override void Release()
    {
        _chainCipher.Dispose();
        CryptographicOperations.ZeroMemory(_chain);
        CryptographicOperations.ZeroMemory(_held);
        CryptographicOperations.ZeroMemory(_fullMask);
        CryptographicOperations.ZeroMemory(_paddedMask);
    }

    private void Chain()
    {
        Xor(_held, _chain);
        _chainCipher.EncryptEcb(_chain, _chain, PaddingMode.None);
        _heldLength = 0;
    }

    private static void Xor(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (var i = 0; i < Block; i++)
        {
            target[i] ^= source[i];
        }
    }

    private static void Double(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var carry = source[0] >> 7;
        for (var i = 0; i < Block - 1; i++)
        {
            target[i] = (byte)((source[i] << 1) | (source[i + 1] >> 7));
        }

        // RFC 4493 §2.3: const_Rb; the mask instead of a branch, because the block is secret.
        target[Block - 1] = (byte)((source[Block - 1] << 1) ^ (0x87 & -carry));
    }
}
