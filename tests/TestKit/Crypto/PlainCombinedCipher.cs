using System.Buffers.Binary;
using IpsecDp.Crypto;

namespace IpsecDp.TestKit.Crypto;

/// <summary>RFC 4106, 4309, 4543 and 7634 by concatenation.</summary>
public sealed class PlainCombinedCipher : IPacketCipher
{
    private readonly IPlainAead _aead;
    private readonly byte[] _salt;
    private readonly bool _isExtended;

    /// <summary>Takes the key followed by its salt.</summary>
    public PlainCombinedCipher(CipherSuite suite, byte[] keyAndSalt, bool isExtended)
    {
        Suite = suite;
        _isExtended = isExtended;
        _salt = keyAndSalt[suite.KeyLength..];
        var key = keyAndSalt[..suite.KeyLength];
        _aead = suite.Encryption switch
        {
            EncryptionAlgorithm.ChaCha20Poly1305 => new PlainChaCha20Poly1305(key),
            EncryptionAlgorithm.AesCcm8 or EncryptionAlgorithm.AesCcm12 or EncryptionAlgorithm.AesCcm16 => new PlainCcm(key),
            _ => new PlainGcm(key),
        };
    }

    /// <inheritdoc/>
    public CipherSuite Suite { get; }

    private bool IsGmac => Suite.Encryption == EncryptionAlgorithm.AesGmac;

    /// <inheritdoc/>
    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    /// <inheritdoc/>
    public void Seal(Span<byte> packet, ulong sequence)
    {
        var payload = packet[16..^Suite.IcvLength].ToArray();
        var (ciphertext, tag) = _aead.Encrypt(Nonce(packet), IsGmac ? [] : payload, Aad(packet, sequence), Suite.IcvLength);
        ciphertext.CopyTo(packet[16..]);
        tag.CopyTo(packet[^Suite.IcvLength..]);
    }

    /// <inheritdoc/>
    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        if (packet.Length < 16 + Suite.IcvLength)
        {
            return false;
        }

        var payload = packet[16..^Suite.IcvLength].ToArray();
        var plaintext = _aead.Decrypt(Nonce(packet), IsGmac ? [] : payload, Aad(packet, sequence), packet[^Suite.IcvLength..].ToArray());
        plaintext?.CopyTo(packet[16..]);
        return plaintext is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => Array.Clear(_salt);

    private byte[] Nonce(ReadOnlySpan<byte> packet) => [.. _salt, .. packet.Slice(8, 8)];

    private byte[] Aad(ReadOnlySpan<byte> packet, ulong sequence)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, sequence);
        byte[] header = _isExtended ? [.. packet[..4], .. number[..4], .. packet[4..8]] : packet[..8].ToArray();
        return IsGmac ? [.. header, .. packet[8..^Suite.IcvLength]] : header;
    }
}
