using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd;

/// <summary>Oracle: <see cref="AesGcm"/>; an 8-octet tag is the beginning of its 16-octet one (SP 800-38D §7.1).</summary>
public class GcmCipherTests
{
    private const ulong Sequence = 0x0000_0005_8765_4321;

    public static TheoryData<SimdPath, EncryptionAlgorithm, int, bool> Everything => new(
        from path in SimdPaths.Here
        from algorithm in new[] { EncryptionAlgorithm.AesGcm16, EncryptionAlgorithm.AesGcm12, EncryptionAlgorithm.AesGcm8 }
        from bits in new[] { 128, 192, 256 }
        from extended in new[] { false, true }
        select (path, algorithm, bits, extended));

    [Theory, MemberData(nameof(Everything))]
    public void Seal_EveryLength_EqualsTheOracleAndOpens(SimdPath path, EncryptionAlgorithm algorithm, int bits, bool extended)
    {
        GcmOracle.Require(bits);
        var suite = new CipherSuite(algorithm, bits);
        SimdEngine engine = SimdPaths.Engine(path);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = engine.CreateCipher(suite, keys, extended);
        using var oracle = new AesGcm(keys.Encryption.Reveal()[..suite.KeyLength], 16);
        byte[] salt = keys.Encryption.Reveal()[suite.KeyLength..].ToArray();

        foreach (int length in SimdPaths.Lengths(path))
        {
            byte[] packet = EspPacket.Clear(cipher, length, Sequence);
            byte[] clear = [.. packet];
            byte[] expected = Expected(oracle, salt, clear, suite, Sequence, extended);

            cipher.Seal(packet, Sequence);
            Assert.True(packet.AsSpan().SequenceEqual(expected), $"sealing {length} octets");

            Assert.True(cipher.TryOpen(packet, Sequence), $"opening {length} octets");
            Assert.True(packet.AsSpan(..^suite.IcvLength).SequenceEqual(clear.AsSpan(..^suite.IcvLength)), $"clear text of {length} octets");
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void SealMany_MixedLengths_EqualsTheOracleAndLeavesOtherOctetsAlone(SimdPath path, EncryptionAlgorithm algorithm, int bits, bool extended)
    {
        GcmOracle.Require(bits);
        var suite = new CipherSuite(algorithm, bits);
        SimdEngine engine = SimdPaths.Engine(path);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = engine.CreateCipher(suite, keys, extended);
        using var oracle = new AesGcm(keys.Encryption.Reveal()[..suite.KeyLength], 16);
        byte[] salt = keys.Encryption.Reveal()[suite.KeyLength..].ToArray();
        var job = new PinnedJob(cipher, Enumerable.Range(0, 70).Select(i => i % 3 == 0 ? i * 29 % 1500 : i % 130));
        byte[][] expected = [.. job.Slices.Select(s => Expected(oracle, salt, s.Packet.ToArray(), suite, s.Sequence, extended))];

        cipher.SealMany(job.Slices);

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], job.Slices[i].Packet.ToArray());
        }

        job.AssertGuardsUntouched();
        var opened = new bool[job.Slices.Length];
        job.Slices[3].Packet[20] ^= 1;
        cipher.OpenMany(job.Slices, opened);
        Assert.Equal(job.Slices.Select((_, i) => i != 3), opened);
        job.AssertClearAgainExcept(3);
        job.AssertGuardsUntouched();
    }

    [Theory, MemberData(nameof(Everything))]
    public void SealMany_RunsOfEveryShortLength_EqualsTheOracleAndOpensAllButTheSpoiled(SimdPath path, EncryptionAlgorithm algorithm, int bits, bool extended)
    {
        GcmOracle.Require(bits);
        var suite = new CipherSuite(algorithm, bits);
        SimdEngine engine = SimdPaths.Engine(path);
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        using IPacketCipher cipher = engine.CreateCipher(suite, keys, extended);
        using var oracle = new AesGcm(keys.Encryption.Reveal()[..suite.KeyLength], 16);
        byte[] salt = keys.Encryption.Reveal()[suite.KeyLength..].ToArray();
        var job = new PinnedJob(cipher, Enumerable.Range(0, 131).SelectMany(length => Enumerable.Repeat(length, 1 + length % 4)));
        byte[][] expected = [.. job.Slices.Select(s => Expected(oracle, salt, s.Packet.ToArray(), suite, s.Sequence, extended))];

        cipher.SealMany(job.Slices);

        Assert.Equal(expected, job.Slices.Select(slice => slice.Packet.ToArray()));
        var random = new Random(7);
        bool[] isWhole = [.. job.Slices.Select(_ => random.Next(5) > 0)];
        foreach (PacketSlice spoiled in job.Slices.Where((_, i) => !isWhole[i]))
        {
            spoiled.Packet[random.Next(spoiled.Length)] ^= (byte)(1 << random.Next(8));
        }

        var opened = new bool[job.Slices.Length];
        cipher.OpenMany(job.Slices, opened);
        Assert.Equal(isWhole, opened);
        job.AssertClearAgain(isWhole);
        job.AssertSpoiledStayHidden(isWhole);
        job.AssertGuardsUntouched();
    }

    private static byte[] Expected(AesGcm oracle, byte[] salt, byte[] clear, CipherSuite suite, ulong sequence, bool extended)
    {
        int textLength = clear.Length - 16 - suite.IcvLength;
        byte[] nonce = [.. salt, .. clear.AsSpan(8, 8)];
        byte[] expected = [.. clear];
        var tag = new byte[16];
        oracle.Encrypt(nonce, clear.AsSpan(16, textLength), expected.AsSpan(16, textLength), tag, EspPacket.Aad(clear, sequence, extended));
        tag.AsSpan(..suite.IcvLength).CopyTo(expected.AsSpan(16 + textLength));
        return expected;
    }
}
