using System.Buffers.Binary;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>ESP with a cipher that authenticates by itself: nonce = salt | IV (RFC 4106 §4, RFC 4309 §4, RFC 7634 §2).</summary>
internal sealed class CombinedCipher : IPacketCipher
{
    private const int LongestNonce = 12;

    private readonly PacketGeometry _geometry;
    private readonly bool _isExtended;
    private readonly SecretBytes _key;
    private readonly SecretBytes _salt;
    private readonly ContextPool<ICombinedMode> _modes;

    public CombinedCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        Suite = suite;
        _geometry = PacketGeometry.Of(suite);
        _isExtended = extendedSequenceNumbers;
        _key = new SecretBytes(keys.Encryption.Reveal()[..suite.KeyLength]);
        _salt = new SecretBytes(keys.Encryption.Reveal()[suite.KeyLength..]);
        _modes = new ContextPool<ICombinedMode>(CreateMode);
    }

    public CipherSuite Suite { get; }

    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public void Seal(Span<byte> packet, ulong sequence)
    {
        _geometry.Require(packet.Length);
        Span<byte> nonce = stackalloc byte[LongestNonce];
        Span<byte> aad = stackalloc byte[AssociatedData.MaxLength];
        nonce = NonceOf(packet, nonce);
        aad = aad[..AssociatedData.Write(aad, packet, sequence, _isExtended)];
        var mode = _modes.Rent();
        mode.Encrypt(nonce, _geometry.Payload(packet), _geometry.Icv(packet), aad);
        _modes.Return(mode);
    }

    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        if (!_geometry.Fits(packet.Length))
        {
            return false;
        }

        Span<byte> nonce = stackalloc byte[LongestNonce];
        Span<byte> aad = stackalloc byte[AssociatedData.MaxLength];
        nonce = NonceOf(packet, nonce);
        aad = aad[..AssociatedData.Write(aad, packet, sequence, _isExtended)];
        var mode = _modes.Rent();
        var isOpened = mode.TryDecrypt(nonce, _geometry.Payload(packet), _geometry.Icv(packet), aad);
        _modes.Return(mode);
        return isOpened;
    }

    public void Dispose()
    {
        _modes.Dispose();
        _key.Dispose();
        _salt.Dispose();
    }

    private Span<byte> NonceOf(ReadOnlySpan<byte> packet, Span<byte> nonce)
    {
        _salt.Reveal().CopyTo(nonce);
        _geometry.Iv(packet).CopyTo(nonce[_salt.Length..]);
        return nonce[..(_salt.Length + _geometry.IvLength)];
    }

    private ICombinedMode CreateMode() => Suite.Encryption switch
    {
        EncryptionAlgorithm.ChaCha20Poly1305 => new ChaChaMode(_key.Reveal()),
        EncryptionAlgorithm.AesCcm8 or EncryptionAlgorithm.AesCcm12 or EncryptionAlgorithm.AesCcm16 => new CcmMode(_key.Reveal()),
        _ => new GcmMode(_key.Reveal(), Suite.IcvLength),
    };
}
