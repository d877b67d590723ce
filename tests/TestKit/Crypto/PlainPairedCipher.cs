using System.Buffers.Binary;
using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Crypto;

/// <summary>RFC 2410, 2451, 3602 and 3686 with a separate MAC (RFC 4303 §3.3.2), by concatenation.</summary>
public sealed class PlainPairedCipher(CipherSuite suite, byte[] encryptionKey, byte[] integrityKey, bool isExtended) : IPacketCipher
{
    private readonly IPlainBlockCipher? _block = suite.Encryption switch
    {
        EncryptionAlgorithm.Null => null,
        EncryptionAlgorithm.TripleDesCbc => new PlainTripleDes(encryptionKey),
        _ => new PlainAes(encryptionKey.AsSpan(0, suite.KeyLength)),
    };

    /// <inheritdoc/>
    public CipherSuite Suite => suite;

    private int PayloadOffset => 8 + suite.IvLength;

    private bool IsCbc => suite.Encryption is EncryptionAlgorithm.AesCbc or EncryptionAlgorithm.TripleDesCbc;

    /// <inheritdoc/>
    public void WriteIv(Span<byte> iv, ulong sequence)
    {
        if (iv.IsEmpty)
        {
            return;
        }

        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, sequence);
        var block = IsCbc ? _block!.Encrypt([.. new byte[iv.Length - 8], .. number]) : number;
        block.CopyTo(iv);
    }

    /// <inheritdoc/>
    public void Seal(Span<byte> packet, ulong sequence)
    {
        var payload = packet[PayloadOffset..^suite.IcvLength].ToArray();
        var iv = packet[8..PayloadOffset].ToArray();
        var ciphertext = IsCbc ? PlainModes.CbcEncrypt(_block!, iv, payload) : Stream(iv, payload);
        ciphertext.CopyTo(packet[PayloadOffset..]);
        Icv(packet, sequence).CopyTo(packet[^suite.IcvLength..]);
    }

    /// <inheritdoc/>
    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        var payloadLength = packet.Length - PayloadOffset - suite.IcvLength;
        if (payloadLength < 0 || (IsCbc && payloadLength % _block!.BlockLength != 0) || !packet[^suite.IcvLength..].SequenceEqual(Icv(packet, sequence)))
        {
            return false;
        }

        var payload = packet[PayloadOffset..^suite.IcvLength].ToArray();
        var iv = packet[8..PayloadOffset].ToArray();
        var plaintext = IsCbc ? PlainModes.CbcDecrypt(_block!, iv, payload) : Stream(iv, payload);
        plaintext.CopyTo(packet[PayloadOffset..]);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.Clear(encryptionKey);
        Array.Clear(integrityKey);
    }

    // RFC 3686 §4: nonce | IV | counter from one.
    private byte[] Stream(byte[] iv, byte[] data) =>
        _block is null ? data : PlainModes.Ctr(_block, [.. encryptionKey[suite.KeyLength..], .. iv, 0, 0, 0, 1], data);

    private byte[] Icv(ReadOnlySpan<byte> packet, ulong sequence)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, sequence);
        byte[] authenticated = [.. packet[..^suite.IcvLength], .. isExtended ? number[..4] : []];
        return PlainMac.Whole(suite.Integrity, integrityKey, authenticated)[..suite.IcvLength];
    }
}
