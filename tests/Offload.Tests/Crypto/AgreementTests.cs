using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.TestKit.Crypto;

namespace Offload.Tests.Crypto;

/// <summary>Every product engine against the oracle, which shares no code with it.</summary>
public sealed class AgreementTests
{
    private const int LongestPayload = 520;
    private static readonly PlainEngine Oracle = new();

    public static TheoryData<string, bool> Engines
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var tested in EngineUnderTest.All.Where(each => each.Engine is not PlainEngine))
            {
                data.Add(tested.Engine.Name, false);
                data.Add(tested.Engine.Name, true);
            }

            return data;
        }
    }

    public static TheoryData<string> Names => EngineUnderTest.ProductNames;

    [Theory, MemberData(nameof(Engines))]
    public void Seal_RaggedLengthsOfEverySuite_AgreesWithTheOracleBothWays(string engine, bool isExtended)
    {
        foreach (var suite in EngineUnderTest.Named(engine).Suites)
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = EngineUnderTest.Named(engine).Engine.CreateCipher(suite, keys, isExtended);
            using var oracle = Oracle.CreateCipher(suite, keys, isExtended);
            foreach (var length in Lengths(suite))
            {
                var sequence = 0x0000_0003_FFFF_FF00UL + (ulong)length;
                var packet = PacketForge.Sealed(cipher, sequence, length);
                Assert.True(packet.AsSpan().SequenceEqual(PacketForge.Sealed(oracle, sequence, length)), $"{suite} length {length}");
                Assert.True(cipher.TryOpen(packet, sequence), $"{suite} length {length}");
                Assert.True(PacketForge.Payload(suite, packet).AsSpan().SequenceEqual(PacketForge.Octets(length, 7)), $"{suite} length {length}");
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Seal_PacketsOfManyChunks_AgreesWithTheOracle(string engine, bool isExtended)
    {
        foreach (var suite in EngineUnderTest.Named(engine).Suites.Where(suite => suite.Integrity is IntegrityAlgorithm.None or IntegrityAlgorithm.AesCmac96))
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = EngineUnderTest.Named(engine).Engine.CreateCipher(suite, keys, isExtended);
            using var oracle = Oracle.CreateCipher(suite, keys, isExtended);
            foreach (var length in new[] { 1408, 4096, 4112, 9008 })
            {
                var packet = PacketForge.Sealed(cipher, 5, length);
                Assert.True(packet.AsSpan().SequenceEqual(PacketForge.Sealed(oracle, 5, length)), $"{suite} length {length}");
                Assert.True(cipher.TryOpen(packet, 5), $"{suite} length {length}");
                Assert.True(PacketForge.Payload(suite, packet).AsSpan().SequenceEqual(PacketForge.Octets(length, 7)), $"{suite} length {length}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Sign_RaggedLengthsOfEveryMac_AgreesWithTheOracle(string engine)
    {
        foreach (var (algorithm, keyLength) in MacCases.Of(EngineUnderTest.Named(engine).Engine))
        {
            using var key = new IpsecDp.Crypto.Secrets.SecretBytes(PacketForge.Octets(keyLength, 3));
            using var mac = EngineUnderTest.Named(engine).Engine.CreateMac(algorithm, key);
            using var oracle = Oracle.CreateMac(algorithm, key);
            for (var length = 0; length <= LongestPayload; length++)
            {
                var octets = PacketForge.Octets(length, length);
                var icv = new byte[mac.IcvLength];
                var expected = new byte[oracle.IcvLength];
                mac.Sign(octets, 0x1_0000_0002, icv);
                oracle.Sign(octets, 0x1_0000_0002, expected);
                Assert.True(icv.AsSpan().SequenceEqual(expected), $"{algorithm} length {length}");
                Assert.True(mac.Verify(octets, icv), $"{algorithm} length {length}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void WriteIv_ConsecutiveNumbers_NeverRepeatsAndAgreesWithTheOracle(string engine)
    {
        foreach (var suite in EngineUnderTest.Named(engine).Suites.Where(suite => suite.IvLength > 0))
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = EngineUnderTest.Named(engine).Engine.CreateCipher(suite, keys, true);
            using var oracle = Oracle.CreateCipher(suite, keys, true);
            var seen = new HashSet<string>();
            foreach (var sequence in new ulong[] { 1, 2, 3, uint.MaxValue, 1UL << 32, ulong.MaxValue })
            {
                var iv = new byte[suite.IvLength];
                var expected = new byte[suite.IvLength];
                cipher.WriteIv(iv, sequence);
                oracle.WriteIv(expected, sequence);
                Assert.Equal(expected, iv);
                Assert.True(!cipher.IsIvTheNumber || BinaryPrimitives.ReadUInt64BigEndian(iv) == sequence, suite.Name);
                Assert.True(seen.Add(Convert.ToHexString(iv)), suite.Name);
            }
        }
    }

    // Block ciphers take whole blocks; the stream ciphers any length at all, though ESP aligns to four.
    private static IEnumerable<int> Lengths(CipherSuite suite)
    {
        var step = suite.Alignment == 4 ? 1 : suite.Alignment;

        // What differs between suites of one cipher is the MAC over the whole packet, so beside the first MAC a coarser grid does.
        var stride = suite.Integrity is IntegrityAlgorithm.None or IntegrityAlgorithm.HmacSha256_128 ? step : Math.Max(step, 7 * step);
        for (var length = 0; length <= LongestPayload; length += stride)
        {
            yield return length;
        }
    }
}
