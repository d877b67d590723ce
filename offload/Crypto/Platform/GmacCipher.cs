using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>ESP that proves and does not hide: GMAC over SPI, number and the whole payload field, IV included (RFC 4543 §3.3; other implementations' packets confirm the IV).</summary>
internal sealed class GmacCipher : IPacketCipher
{
    private const int TagLength = 16;
    private const int HighHalf = 4;

    private readonly PacketGeometry _geometry;
    private readonly bool _isExtended;
    private readonly GmacKey _key;

    public GmacCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        Suite = suite;
        _geometry = PacketGeometry.Of(suite);
        _isExtended = extendedSequenceNumbers;
        _key = new GmacKey(keys.Encryption.Reveal());
    }

    public CipherSuite Suite { get; }

    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public void Seal(Span<byte> packet, ulong sequence)
    {
        _geometry.Require(packet.Length);
        Span<byte> tag = stackalloc byte[TagLength];
        Compute(packet, sequence, tag);
        tag.CopyTo(_geometry.Icv(packet));
    }

    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        if (!_geometry.Fits(packet.Length))
        {
            return false;
        }

        Span<byte> received = stackalloc byte[TagLength];
        Span<byte> expected = stackalloc byte[TagLength];
        _geometry.Icv(packet).CopyTo(received);
        Compute(packet, sequence, expected);
        return CryptographicOperations.FixedTimeEquals(expected, received);
    }

    public void Dispose() => _key.Dispose();

    // The high half stands between SPI and low half and is not sent: everything behind the SPI moves into the ICV's place and back.
    private void Compute(Span<byte> packet, ulong sequence, Span<byte> tag)
    {
        Span<byte> iv = stackalloc byte[8];
        _geometry.Iv(packet).CopyTo(iv);
        var authenticated = _geometry.Authenticated(packet);
        if (!_isExtended)
        {
            _key.Compute(iv, authenticated, tag);
            return;
        }

        var extended = packet[..(authenticated.Length + HighHalf)];
        authenticated[4..].CopyTo(extended[(4 + HighHalf)..]);
        AssociatedData.WriteHighHalf(extended[4..], sequence);
        _key.Compute(iv, extended, tag);
        extended[(4 + HighHalf)..].CopyTo(authenticated[4..]);
    }
}
