using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd;

/// <summary>What must not open, what must throw, many threads on one cipher, and no allocation; for a suite of each kind.</summary>
public class PacketCipherTests
{
    private const ulong Sequence = 0x0000_0003_0000_0009;

    private static readonly CipherSuite[] Suites =
    [
        new(EncryptionAlgorithm.AesGcm16, 128),
        new(EncryptionAlgorithm.AesGcm12, 192),
        new(EncryptionAlgorithm.AesGcm8, 256),
        new(EncryptionAlgorithm.AesGmac, 128),
        new(EncryptionAlgorithm.AesCbc, 128, IntegrityAlgorithm.HmacSha256_128),
        new(EncryptionAlgorithm.AesCbc, 256, IntegrityAlgorithm.AesXcbc96),
        new(EncryptionAlgorithm.AesCtr, 256, IntegrityAlgorithm.AesCmac96),
    ];

    public static TheoryData<SimdPath, string> Everything => new(
        from path in SimdPaths.Here
        from suite in Suites
        select (path, suite.Name));

    public static TheoryData<SimdPath, string> Hiding => new(
        from path in SimdPaths.Here
        from suite in Suites
        where suite.Encryption != EncryptionAlgorithm.AesGmac
        select (path, suite.Name));

    [Theory, MemberData(nameof(Everything))]
    public void TryOpen_AnyBitFlipped_IsFalse(SimdPath path, string name)
    {
        using IPacketCipher cipher = Create(path, name, out _);
        foreach (int length in new[] { 0, 16, 48, 144 })
        {
            byte[] packet = EspPacket.Clear(cipher, length, Sequence);
            cipher.Seal(packet, Sequence);
            Assert.True(cipher.TryOpen([.. packet], Sequence));
            for (var bit = 0; bit < 8 * packet.Length; bit++)
            {
                byte[] forged = [.. packet];
                forged[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(cipher.TryOpen(forged, Sequence), $"bit {bit} of a packet with {length} octets of payload");
            }
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void TryOpen_AnyTruncation_IsFalse(SimdPath path, string name)
    {
        using IPacketCipher cipher = Create(path, name, out _);
        byte[] packet = EspPacket.Clear(cipher, 160, Sequence);
        cipher.Seal(packet, Sequence);
        for (var length = 0; length < packet.Length; length++)
        {
            Assert.False(cipher.TryOpen(packet.AsSpan(..length).ToArray(), Sequence), $"{length} octets of {packet.Length}");
        }

        Assert.True(cipher.TryOpen(packet, Sequence));
    }

    [Theory, MemberData(nameof(Everything))]
    public void TryOpen_OtherHighHalfOfTheNumber_IsFalse(SimdPath path, string name)
    {
        using IPacketCipher cipher = Create(path, name, out _);
        byte[] packet = EspPacket.Clear(cipher, 64, Sequence);
        cipher.Seal(packet, Sequence);
        Assert.False(cipher.TryOpen([.. packet], Sequence + 0x1_0000_0000));
        Assert.True(cipher.TryOpen(packet, Sequence));
    }

    [Theory, MemberData(nameof(Hiding))]
    public void TryOpen_Forged_DoesNotGiveThePlaintext(SimdPath path, string name)
    {
        using IPacketCipher cipher = Create(path, name, out CipherSuite suite);
        byte[] packet = EspPacket.Clear(cipher, 512, Sequence);
        byte[] clear = [.. packet];
        cipher.Seal(packet, Sequence);
        packet[^1] ^= 1;
        Assert.False(cipher.TryOpen(packet, Sequence));
        for (int at = 8 + suite.IvLength; at + 16 <= packet.Length - suite.IcvLength; at += 16)
        {
            Assert.False(packet.AsSpan(at, 16).SequenceEqual(clear.AsSpan(at, 16)), $"clear text at {at}");
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void AnyUse_AfterDispose_Throws(SimdPath path, string name)
    {
        IPacketCipher cipher = Create(path, name, out _);
        byte[] packet = EspPacket.Clear(cipher, 64, Sequence);
        cipher.Seal(packet, Sequence);
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.Seal(packet, Sequence));
        Assert.Throws<ObjectDisposedException>(() => { cipher.TryOpen(packet, Sequence); });
        cipher.Dispose();
    }

    [Theory, MemberData(nameof(Everything))]
    public void Cipher_UsedByFourThreads_SealsAndOpensAll(SimdPath path, string name)
    {
        using IPacketCipher cipher = Create(path, name, out _);
        var failures = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (var i = 0; i < 100; i++)
            {
                ulong sequence = Sequence + (ulong)(1000 * worker + i);
                byte[] packet = EspPacket.Clear(cipher, i % 40 * 16, sequence);
                byte[] clear = [.. packet];
                cipher.Seal(packet, sequence);
                bool isRight = cipher.TryOpen(packet, sequence)
                    && packet.AsSpan(..^cipher.Suite.IcvLength).SequenceEqual(clear.AsSpan(..^cipher.Suite.IcvLength));
                Interlocked.Add(ref failures, isRight ? 0 : 1);
            }
        });
        Assert.Equal(0, failures);
    }

    [Theory, MemberData(nameof(Everything))]
    public void SealAndOpen_AfterTheFirst_AllocateNothing(SimdPath path, string name)
    {
        using IPacketCipher cipher = Create(path, name, out _);
        var job = new PinnedJob(cipher, [0, 16, 64, 64, 64, 96, 112, 112, 256, 1408, 1408, 1408, 4096, 32]);
        var opened = new bool[job.Slices.Length];
        SealAndOpen(cipher, job.Slices, opened);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            SealAndOpen(cipher, job.Slices, opened);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.DoesNotContain(false, opened);
    }

    [Fact]
    public void CreateCipher_KeyOfAnotherLength_Throws()
    {
        var engine = new SimdEngine();
        foreach (CipherSuite suite in Suites)
        {
            using SuiteKeys keys = EspPacket.RandomKeys(suite);
            using var longer = new SuiteKeys(new SecretBytes(RandomNumberGenerator.GetBytes(keys.Encryption.Length + 1)), keys.Integrity);
            Assert.Throws<ArgumentException>(() => engine.CreateCipher(suite, longer, extendedSequenceNumbers: false));
            if (!suite.IsCombined)
            {
                using var mute = new SuiteKeys(keys.Encryption, SecretBytes.Empty);
                Assert.Throws<ArgumentException>(() => engine.CreateCipher(suite, mute, extendedSequenceNumbers: false));
            }
        }
    }

    [Fact]
    public void Supports_EverySuite_IsWhatCreateCipherDoes()
    {
        var engine = new SimdEngine();
        foreach (CipherSuite suite in CipherSuite.All)
        {
            using SuiteKeys keys = EspPacket.RandomKeys(suite);
            if (engine.Supports(suite))
            {
                using IPacketCipher cipher = engine.CreateCipher(suite, keys, extendedSequenceNumbers: true);
                Assert.Equal(suite, cipher.Suite);
            }
            else
            {
                Assert.Throws<ArgumentException>(() => engine.CreateCipher(suite, keys, extendedSequenceNumbers: true));
            }
        }
    }

    [Fact]
    public void CreateMac_KeyOfAnotherLength_Throws()
    {
        var engine = new SimdEngine();
        using var key = new SecretBytes(new byte[15]);
        foreach (IntegrityAlgorithm algorithm in Enum.GetValues<IntegrityAlgorithm>())
        {
            Assert.Throws<ArgumentException>(() => engine.CreateMac(algorithm, key));
        }
    }

    private static void SealAndOpen(IPacketCipher cipher, PacketSlice[] slices, bool[] opened)
    {
        cipher.SealMany(slices);
        cipher.OpenMany(slices, opened);
        foreach (PacketSlice slice in slices)
        {
            cipher.Seal(slice.Packet, slice.Sequence);
            opened[0] &= cipher.TryOpen(slice.Packet, slice.Sequence);
        }
    }

    private static IPacketCipher Create(SimdPath path, string name, out CipherSuite suite)
    {
        Assert.True(CipherSuite.TryParse(name, out suite));
        using SuiteKeys keys = EspPacket.RandomKeys(suite);
        return SimdPaths.Engine(path).CreateCipher(suite, keys, extendedSequenceNumbers: true);
    }
}
