using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace Offload.Tests.Crypto;

/// <summary>Keys and packets by a seed, laid out as a sealer expects them.</summary>
public static class PacketForge
{
    /// <summary>Keys of the suite's lengths; for 3DES none of them weak.</summary>
    public static SuiteKeys Keys(CipherSuite suite, int seed = 1) =>
        Keys(Octets(suite.KeyLength + suite.SaltLength, seed), Octets(suite.IntegrityKeyLength, seed + 1));

    /// <summary>Keys that are given.</summary>
    public static SuiteKeys Keys(byte[] encryption, byte[] integrity) => new(new SecretBytes(encryption), new SecretBytes(integrity));

    /// <summary>An SPI, the low half of the number, the cipher's own IV, a payload by the seed and an empty ICV.</summary>
    public static byte[] Unsealed(IPacketCipher cipher, ulong sequence, int payloadLength, int seed = 7)
    {
        var suite = cipher.Suite;
        var packet = new byte[8 + suite.IvLength + payloadLength + suite.IcvLength];
        BinaryPrimitives.WriteUInt32BigEndian(packet, 0x1000_0001);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)sequence);
        cipher.WriteIv(packet.AsSpan(8, suite.IvLength), sequence);
        Octets(payloadLength, seed).CopyTo(packet, 8 + suite.IvLength);
        return packet;
    }

    /// <summary>The same, sealed.</summary>
    public static byte[] Sealed(IPacketCipher cipher, ulong sequence, int payloadLength, int seed = 7)
    {
        var packet = Unsealed(cipher, sequence, payloadLength, seed);
        cipher.Seal(packet, sequence);
        return packet;
    }

    /// <summary>The payload's octets of a packet.</summary>
    public static byte[] Payload(CipherSuite suite, byte[] packet) => packet[(8 + suite.IvLength)..^suite.IcvLength];

    /// <summary>Octets by a seed.</summary>
    public static byte[] Octets(int length, int seed)
    {
        var octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    /// <summary>A copy with one bit turned.</summary>
    public static byte[] WithBitTurned(byte[] octets, int bit)
    {
        var copy = (byte[])octets.Clone();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }
}
