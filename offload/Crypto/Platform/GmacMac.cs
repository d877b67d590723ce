using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto.Secrets;

namespace IpsecDp.Crypto.Platform;

/// <summary>AH with AES-GMAC: the ICV field is the 8-octet IV and the 16-octet tag (RFC 4543 §4), the IV authenticated in its place.</summary>
internal sealed class GmacMac(SecretBytes keyAndSalt) : IPacketMac
{
    private const int IvLength = 8;
    private const int TagLength = 16;

    private readonly GmacKey _key = new(keyAndSalt.Reveal());

    public IntegrityAlgorithm Algorithm => IntegrityAlgorithm.AesGmac;

    public int IcvLength => IvLength + TagLength;

    public void Sign(ReadOnlySpan<byte> octets, ulong sequence, Span<byte> icv)
    {
        var iv = icv[..IvLength];
        BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);
        _key.Compute(iv, octets, icv.Slice(IvLength, TagLength));
    }

    public bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> icv)
    {
        if (icv.Length != IcvLength)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[TagLength];
        _key.Compute(icv[..IvLength], octets, expected);
        return CryptographicOperations.FixedTimeEquals(expected, icv[IvLength..]);
    }

    public void Dispose() => _key.Dispose();
}
