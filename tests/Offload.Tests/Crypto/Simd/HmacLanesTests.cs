using System.Buffers.Binary;
using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd;

/// <summary>Jobs of every number of packets and random ragged lengths, in every kind of lanes; oracle: the one-shot HMAC classes.</summary>
public class HmacLanesTests
{
    private const int LongestJob = 70;
    private const int Seed = 20261125;

    public enum Lanes
    {
        None,
        Eight,
        EightRotating,
        Sixteen,
    }

    public static TheoryData<Lanes, IntegrityAlgorithm, bool> Everything => new(
        from lanes in Enum.GetValues<Lanes>()
        from mac in new[] { IntegrityAlgorithm.HmacSha256_128, IntegrityAlgorithm.HmacSha1_96 }
        from extended in new[] { false, true }
        select (lanes, mac, extended));

    [Theory, MemberData(nameof(Everything))]
    public void SealMany_RaggedJobsOfEverySize_EqualsTheOracle(Lanes lanes, IntegrityAlgorithm mac, bool extended)
    {
        var suite = new CipherSuite(EncryptionAlgorithm.AesCtr, 128, mac);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = Engine(lanes).CreateCipher(suite, keys, extended);
        var random = new Random(Seed);
        for (var count = 0; count <= LongestJob; count++)
        {
            var job = new PinnedJob(cipher, RaggedLengths(random, count));

            cipher.SealMany(job.Slices);

            foreach (PacketSlice slice in job.Slices)
            {
                Assert.Equal(Expected(keys, suite, slice, extended), slice.Packet[^suite.IcvLength..].ToArray());
            }

            job.AssertGuardsUntouched();
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void OpenMany_SomePacketsSpoiledOrTooShort_OpensTheOthers(Lanes lanes, IntegrityAlgorithm mac, bool extended)
    {
        var suite = new CipherSuite(EncryptionAlgorithm.AesCbc, 128, mac);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = Engine(lanes).CreateCipher(suite, keys, extended);
        var random = new Random(Seed);
        for (var count = 1; count <= LongestJob; count++)
        {
            var job = new PinnedJob(cipher, RaggedLengths(random, count).Select(length => length & ~15));
            cipher.SealMany(job.Slices);
            var slices = job.Slices.ToArray();
            var isWhole = new bool[count];
            for (var i = 0; i < count; i++)
            {
                int fate = random.Next(6);
                isWhole[i] = fate > 1;
                if (fate == 0)
                {
                    slices[i].Packet[random.Next(slices[i].Length)] ^= (byte)(1 << random.Next(8));
                }
                else if (fate == 1)
                {
                    slices[i] = slices[i] with { Length = random.Next(slices[i].Length) };
                }
            }

            var opened = new bool[count];
            cipher.OpenMany(slices, opened);

            Assert.Equal(isWhole, opened);
            job.AssertClearAgain(isWhole);
            job.AssertGuardsUntouched();
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void OpenMany_AnyBitOfAnyIcvFlipped_IsFalseForThatPacketOnly(Lanes lanes, IntegrityAlgorithm mac, bool extended)
    {
        var suite = new CipherSuite(EncryptionAlgorithm.AesCbc, 128, mac);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = Engine(lanes).CreateCipher(suite, keys, extended);
        int bits = 8 * suite.IcvLength;
        var job = new PinnedJob(cipher, Enumerable.Range(0, bits + 1).Select(i => i % 7 * 16));
        cipher.SealMany(job.Slices);
        for (var bit = 0; bit < bits; bit++)
        {
            job.Slices[bit].Packet[^suite.IcvLength..][bit / 8] ^= (byte)(1 << (bit % 8));
        }

        var opened = new bool[bits + 1];
        cipher.OpenMany(job.Slices, opened);

        Assert.Equal(Enumerable.Repeat(false, bits).Append(true), opened);
    }

    [Theory, MemberData(nameof(Everything))]
    public void SealMany_AfterDispose_Throws(Lanes lanes, IntegrityAlgorithm mac, bool extended)
    {
        var suite = new CipherSuite(EncryptionAlgorithm.AesCbc, 128, mac);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        IPacketCipher cipher = Engine(lanes).CreateCipher(suite, keys, extended);
        var job = new PinnedJob(cipher, Enumerable.Repeat(64, 20));
        cipher.SealMany(job.Slices);
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.SealMany(job.Slices));
        Assert.Throws<ObjectDisposedException>(() => cipher.OpenMany(job.Slices, new bool[20]));
    }

    private static SimdEngine Engine(Lanes lanes)
    {
        CpuFeatures detected = CpuFeatures.Detected;
        bool isPresent = lanes switch
        {
            Lanes.Eight => detected.Words256,
            Lanes.EightRotating => detected.RotatingWords256,
            Lanes.Sixteen => detected.Words512,
            _ => true,
        };
        Assert.SkipUnless(isPresent, $"this processor or the runtime's switches lack the instructions of {lanes} lanes");
        return new SimdEngine(detected with { Words256 = lanes >= Lanes.Eight, RotatingWords256 = lanes >= Lanes.EightRotating, Words512 = lanes == Lanes.Sixteen });
    }

    // Around the ends of blocks, where padding takes one block or two, and anything up to a few dozen blocks.
    private static List<int> RaggedLengths(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? random.Next(1600) : random.Next(4) * 64 + random.Next(64))];

    private static byte[] Expected(SuiteKeys keys, CipherSuite suite, PacketSlice slice, bool extended)
    {
        var high = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(high, (uint)(slice.Sequence >> 32));
        byte[] octets = [.. slice.Packet[..^suite.IcvLength], .. extended ? high : []];
        byte[] key = keys.Integrity.Reveal().ToArray();
        byte[] code = suite.Integrity == IntegrityAlgorithm.HmacSha1_96 ? HMACSHA1.HashData(key, octets) : HMACSHA256.HashData(key, octets);
        return code[..suite.IcvLength];
    }
}
