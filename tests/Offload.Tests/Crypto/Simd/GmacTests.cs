using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd;

/// <summary>Oracle: <see cref="AesGcm"/> with an empty plaintext.</summary>
public class GmacTests
{
    private const ulong Sequence = 0x0000_0005_8765_4321;

    public static TheoryData<SimdPath, int, bool> Everything => new(
        from path in SimdPaths.Here
        from bits in new[] { 128, 192, 256 }
        from extended in new[] { false, true }
        select (path, bits, extended));

    public static TheoryData<SimdPath, int> PathsAndKeys => new(
        from path in SimdPaths.Here
        from bits in new[] { 128, 192, 256 }
        select (path, bits));

    [Theory, MemberData(nameof(Everything))]
    public void Seal_EveryLength_EqualsTheOracleAndOpens(SimdPath path, int bits, bool extended)
    {
        GcmOracle.Require(bits);
        var suite = new CipherSuite(EncryptionAlgorithm.AesGmac, bits);
        SimdEngine engine = SimdPaths.Engine(path);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = engine.CreateCipher(suite, keys, extended);

        foreach (int length in SimdPaths.Lengths(path))
        {
            byte[] packet = EspPacket.Clear(cipher, length, Sequence);
            byte[] aad = [.. EspPacket.Aad(packet, Sequence, extended), .. packet.AsSpan(8..^16)];
            byte[] expected = [.. packet[..^16], .. Tag(keys.Encryption, packet.AsSpan(8, 8), aad)];

            cipher.Seal(packet, Sequence);
            Assert.True(packet.AsSpan().SequenceEqual(expected), $"sealing {length} octets");
            Assert.True(cipher.TryOpen(packet, Sequence), $"opening {length} octets");
            Assert.True(packet.AsSpan().SequenceEqual(expected), "the payload stays readable");
            Assert.Equal(!extended, cipher.TryOpen(packet, Sequence + 0x1_0000_0000));
        }
    }

    [Theory, MemberData(nameof(PathsAndKeys))]
    public void Sign_EveryLength_EqualsTheOracleAndVerifies(SimdPath path, int bits)
    {
        GcmOracle.Require(bits);
        SimdEngine engine = SimdPaths.Engine(path);
        using var key = new SecretBytes(RandomNumberGenerator.GetBytes(bits / 8 + 4));
        using IPacketMac mac = engine.CreateMac(IntegrityAlgorithm.AesGmac, key);
        Assert.Equal(24, mac.IcvLength);

        for (var length = 0; length < 600; length++)
        {
            byte[] octets = RandomNumberGenerator.GetBytes(length);
            var icv = new byte[24];
            mac.Sign(octets, Sequence, icv);

            Assert.Equal(Sequence, BinaryPrimitives.ReadUInt64BigEndian(icv));
            Assert.Equal(Tag(key, icv.AsSpan(..8), octets), icv[8..]);
            Assert.True(mac.Verify(octets, icv));
            Assert.False(mac.Verify(octets, icv.AsSpan(..^1)));
            icv[RandomNumberGenerator.GetInt32(24)] ^= 1;
            Assert.False(mac.Verify(octets, icv));
        }
    }

    private static byte[] Tag(SecretBytes material, ReadOnlySpan<byte> iv, byte[] aad)
    {
        using var oracle = new AesGcm(material.Reveal()[..^4], 16);
        var tag = new byte[16];
        byte[] nonce = [.. material.Reveal()[^4..], .. iv];
        oracle.Encrypt(nonce, Array.Empty<byte>(), Array.Empty<byte>(), tag, aad);
        return tag;
    }
}
