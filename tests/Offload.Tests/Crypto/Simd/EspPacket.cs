using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace Offload.Tests.Crypto.Simd;

/// <summary>Random ESP packets and the keys they are under.</summary>
internal static class EspPacket
{
    public static SuiteKeys RandomKeys(CipherSuite suite) => new(
        new SecretBytes(RandomNumberGenerator.GetBytes(suite.KeyLength + suite.SaltLength)),
        suite.IsCombined ? SecretBytes.Empty : new SecretBytes(RandomNumberGenerator.GetBytes(suite.IntegrityKeyLength)));

    /// <summary>A packet ready to be sealed: random SPI and payload, low half of the number, IV by the cipher.</summary>
    public static byte[] Clear(IPacketCipher cipher, int payloadLength, ulong sequence)
    {
        CipherSuite suite = cipher.Suite;
        byte[] packet = RandomNumberGenerator.GetBytes(8 + suite.IvLength + payloadLength + suite.IcvLength);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)sequence);
        cipher.WriteIv(packet.AsSpan(8, suite.IvLength), sequence);
        return packet;
    }

    /// <summary>SPI and number as RFC 4106 §5 makes AAD of them.</summary>
    public static byte[] Aad(ReadOnlySpan<byte> packet, ulong sequence, bool extendedSequenceNumbers)
    {
        if (!extendedSequenceNumbers)
        {
            return packet[..8].ToArray();
        }

        var aad = new byte[12];
        packet[..4].CopyTo(aad);
        BinaryPrimitives.WriteUInt64BigEndian(aad.AsSpan(4), sequence);
        return aad;
    }
}
