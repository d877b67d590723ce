using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd;

/// <summary>Oracle: CBC by <see cref="Aes"/>, counter mode built of its ECB, the one-shot HMAC classes.</summary>
public class EncryptThenMacTests
{
    private const ulong Sequence = 0x0000_0007_0000_0102;

    public static TheoryData<SimdPath, EncryptionAlgorithm, int, IntegrityAlgorithm, bool> Everything => new(
        from path in SimdPaths.Here
        from algorithm in new[] { EncryptionAlgorithm.AesCbc, EncryptionAlgorithm.AesCtr }
        from bits in new[] { 128, 192, 256 }
        from mac in new[]
        {
            IntegrityAlgorithm.HmacMd5_96, IntegrityAlgorithm.HmacSha1_96, IntegrityAlgorithm.HmacSha256_128,
            IntegrityAlgorithm.HmacSha384_192, IntegrityAlgorithm.HmacSha512_256,
        }
        from extended in new[] { false, true }
        where mac == IntegrityAlgorithm.HmacSha256_128 || bits == 128
        select (path, algorithm, bits, mac, extended));

    [Theory, MemberData(nameof(Everything))]
    public void Seal_EveryWholeLength_EqualsTheOracleAndOpens(SimdPath path, EncryptionAlgorithm algorithm, int bits, IntegrityAlgorithm mac, bool extended)
    {
        var suite = new CipherSuite(algorithm, bits, mac);
        SimdEngine engine = SimdPaths.Engine(path);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = engine.CreateCipher(suite, keys, extended);

        foreach (int length in SimdPaths.Lengths(path).Where(length => length % suite.Alignment == 0 && (length < 600 || length % 400 == 0)))
        {
            byte[] packet = EspPacket.Clear(cipher, length, Sequence);
            byte[] clear = [.. packet];
            byte[] expected = Expected(keys, suite, clear, Sequence, extended);

            cipher.Seal(packet, Sequence);
            Assert.Equal(expected, packet);

            Assert.True(cipher.TryOpen(packet, Sequence), $"opening {length} octets");
            Assert.Equal(clear[..^suite.IcvLength], packet[..^suite.IcvLength]);
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void SealMany_MixedLengths_EqualsSealingEach(SimdPath path, EncryptionAlgorithm algorithm, int bits, IntegrityAlgorithm mac, bool extended)
    {
        var suite = new CipherSuite(algorithm, bits, mac);
        SimdEngine engine = SimdPaths.Engine(path);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = engine.CreateCipher(suite, keys, extended);

        // Fewer packets than lanes, as many, and more; lengths that end in different steps, and empty ones.
        foreach (int count in new[] { 1, 3, 8, 21 })
        {
            var job = new PinnedJob(cipher, Enumerable.Range(0, count).Select(i => i * 7 % 20 * 16));
            byte[][] expected = [.. job.Slices.Select(s => Expected(keys, suite, s.Packet.ToArray(), s.Sequence, extended))];

            cipher.SealMany(job.Slices);

            for (var i = 0; i < count; i++)
            {
                Assert.Equal(expected[i], job.Slices[i].Packet.ToArray());
            }

            var opened = new bool[count];
            job.Slices[^1].Packet[^1] ^= 0x10;
            cipher.OpenMany(job.Slices, opened);
            Assert.Equal(Enumerable.Range(0, count).Select(i => i != count - 1), opened);
            job.AssertClearAgainExcept(count - 1);
            job.AssertGuardsUntouched();
        }
    }

    [Fact]
    public void WriteIv_ForCbc_DiffersForEveryNumberAndHidesIt()
    {
        var suite = new CipherSuite(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = new SimdEngine().CreateCipher(suite, keys, extendedSequenceNumbers: false);
        var ivs = new HashSet<string>();
        var iv = new byte[16];
        for (ulong sequence = 1; sequence <= 1000; sequence++)
        {
            cipher.WriteIv(iv, sequence);
            Assert.True(ivs.Add(Convert.ToHexString(iv)));
        }

        using var aes = Aes.Create();
        aes.SetKey(keys.Encryption.Reveal());
        Assert.Equal(1000ul, BinaryPrimitives.ReadUInt64BigEndian(aes.DecryptEcb(iv, PaddingMode.None).AsSpan(8)));
    }

    private static byte[] Expected(SuiteKeys keys, CipherSuite suite, byte[] clear, ulong sequence, bool extended)
    {
        int textOffset = 8 + suite.IvLength;
        byte[] iv = clear[8..textOffset];
        byte[] text = clear[textOffset..^suite.IcvLength];
        using var aes = Aes.Create();
        aes.SetKey(keys.Encryption.Reveal()[..suite.KeyLength]);
        byte[] hidden = suite.Encryption == EncryptionAlgorithm.AesCbc
            ? aes.EncryptCbc(text, iv, PaddingMode.None)
            : CounterMode(aes, [.. keys.Encryption.Reveal()[suite.KeyLength..], .. iv], text);
        byte[] signed = [.. clear[..textOffset], .. hidden];
        var high = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(high, (uint)(sequence >> 32));
        byte[] key = keys.Integrity.Reveal().ToArray();
        byte[] octets = extended ? [.. signed, .. high] : signed;
        byte[] mac = suite.Integrity switch
        {
            IntegrityAlgorithm.HmacMd5_96 => HMACMD5.HashData(key, octets),
            IntegrityAlgorithm.HmacSha1_96 => HMACSHA1.HashData(key, octets),
            IntegrityAlgorithm.HmacSha256_128 => HMACSHA256.HashData(key, octets),
            IntegrityAlgorithm.HmacSha384_192 => HMACSHA384.HashData(key, octets),
            _ => HMACSHA512.HashData(key, octets),
        };
        return [.. signed, .. mac[..suite.IcvLength]];
    }

    private static byte[] CounterMode(Aes aes, byte[] nonce, byte[] text)
    {
        byte[] result = [.. text];
        for (var i = 0; i < text.Length; i += 16)
        {
            var block = new byte[16];
            nonce.CopyTo(block, 0);
            BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(12), (uint)(i / 16) + 1);
            byte[] stream = aes.EncryptEcb(block, PaddingMode.None);
            for (int j = i; j < Math.Min(i + 16, text.Length); j++)
            {
                result[j] ^= stream[j - i];
            }
        }

        return result;
    }
}
