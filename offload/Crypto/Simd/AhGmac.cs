using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd;

/// <summary>AH with AES-GMAC (RFC 4543): the ICV field holds the IV and the tag.</summary>
internal sealed class AhGmac(Gmac gmac, uint salt) : IPacketMac
{
    private readonly EspNonce _nonce = new(salt, extendedSequenceNumbers: false);

    public IntegrityAlgorithm Algorithm => IntegrityAlgorithm.AesGmac;

    public int IcvLength => EspNonce.IvLength + Gmac.TagLength;

    public void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv)
    {
        BinaryPrimitives.WriteUInt64BigEndian(icv, sequence);
        gmac.Tag(_nonce.Nonce(icv), octets).CopyTo(icv[EspNonce.IvLength..]);
    }

    public bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv)
    {
        if (icv.Length != IcvLength)
        {
            return false;
        }

        Vector128<byte> tag = gmac.Tag(_nonce.Nonce(icv), octets);
        return new Icv(icv[EspNonce.IvLength..]).IsPrefixOf(tag);
    }

    public void Dispose() => gmac.Dispose();
}
