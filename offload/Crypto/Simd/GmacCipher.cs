using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd;

/// <summary>ESP with AES-GMAC (RFC 4543): the payload is AAD and stays readable.</summary>
internal sealed class GmacCipher(CipherSuite suite, Gmac gmac, uint salt, bool extendedSequenceNumbers) : IPacketCipher
{
    private const int BlockLength = 16;

    private readonly EspNonce _nonce = new(salt, extendedSequenceNumbers);

    public CipherSuite Suite => suite;

    public void WriteIv(Span<byte> iv, ulong sequence) => BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);

    public void Seal(Span<byte> packet, ulong sequence)
    {
        Vector128<byte> tag = Tag(packet[..^Gmac.TagLength], sequence);
        tag.CopyTo(packet[^Gmac.TagLength..]);
    }

    public bool TryOpen(Span<byte> packet, ulong sequence)
    {
        if (packet.Length < EspNonce.TextOffset + Gmac.TagLength)
        {
            return false;
        }

        Vector128<byte> tag = Tag(packet[..^Gmac.TagLength], sequence);
        return new Icv(packet[^Gmac.TagLength..]).IsPrefixOf(tag);
    }

    public void Dispose() => gmac.Dispose();

    // RFC 4543 §3.3: SPI, number, IV and payload. With extended numbers the high half stands behind the SPI (RFC 4106 §5), so the first
    // block is made apart and ends four octets earlier in the packet.
    private Vector128<byte> Tag(ReadOnlySpan<byte> octets, ulong sequence)
    {
        Vector128<byte> nonce = _nonce.Nonce(octets[EspNonce.HeaderLength..]);
        if (!extendedSequenceNumbers)
        {
            return gmac.Tag(nonce, octets);
        }

        Span<byte> first = stackalloc byte[BlockLength];
        octets[..4].CopyTo(first);
        BinaryPrimitives.WriteUInt32BigEndian(first[4..], (uint)(sequence >> 32));
        octets[4..12].CopyTo(first[8..]);
        return gmac.Tag(nonce, first, octets[12..]);
    }
}
