using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd;

namespace IpsecDp.Peers.Relay;

/// <summary>A datagram of the sealed relay: what an ESP packet is, its payload an octet of place and a piece of a TUN frame, its virtio header included.</summary>
internal static class SealedRelayFrame
{
    /// <summary>Octets of SPI, sequence number and IV.</summary>
    public const int LeadLength = 16;

    /// <summary>Octets before the piece: the lead and the octet of place.</summary>
    public const int HeadLength = LeadLength + 1;

    /// <summary>Octets of the ICV.</summary>
    public const int IcvLength = 16;

    /// <summary>Octets of a frame a datagram takes, on an Ethernet link of 1500 octets.</summary>
    public const int PieceLength = 1472 - HeadLength - IcvLength;

    /// <summary>Datagrams of the largest frame.</summary>
    public const int MostPieces = (RelayFrame.Largest + PieceLength - 1) / PieceLength;

    /// <summary>Set in the octet of place of a frame's last datagram; the other bits count from 0.</summary>
    public const byte Last = 0x80;

    private const uint Spi = 0x1001;

    /// <summary>The one cipher of both directions. Its key is no secret, as the relay carries nothing but a bench's traffic.</summary>
    public static IPacketCipher CreateCipher()
    {
        var suite = CipherSuite.Default;
        var key = HKDF.Expand(HashAlgorithmName.SHA256, SHA256.HashData("sealed relay"u8), suite.KeyLength + suite.SaltLength);
        using var keys = new SuiteKeys(new SecretBytes(key), SecretBytes.Empty);
        return new SimdEngine().CreateCipher(suite, keys, extendedSequenceNumbers: false);
    }

    /// <summary>Writes SPI and number; the IV is the cipher's.</summary>
    public static void WriteHeader(Span<byte> datagram, uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(datagram, Spi);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], number);
    }
}
