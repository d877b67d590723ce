using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace Offload.Tests.Crypto;

public sealed class TamperTests
{
    private const ulong Sequence = 0x0000_0002_0000_0009;

    public static TheoryData<string> Engines => EngineUnderTest.Names;

    [Theory, MemberData(nameof(Engines))]
    public void TryOpen_AnyBitOfAShortPacketTurned_IsRefused(string engine)
    {
        foreach (var (suite, cipher) in Ciphers(engine, isExtended: true))
        {
            var packet = PacketForge.Sealed(cipher, Sequence, 32);
            Assert.True(cipher.TryOpen((byte[])packet.Clone(), Sequence), suite.Name);
            for (var bit = 0; bit < 8 * packet.Length; bit++)
            {
                Assert.False(cipher.TryOpen(PacketForge.WithBitTurned(packet, bit), Sequence), $"{suite} bit {bit}");
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void TryOpen_AnyTruncation_IsRefused(string engine)
    {
        foreach (var (suite, cipher) in Ciphers(engine, isExtended: false))
        {
            var packet = PacketForge.Sealed(cipher, 1, 48);
            for (var length = 0; length < packet.Length; length++)
            {
                Assert.False(cipher.TryOpen(packet.AsSpan(0, length).ToArray(), 1), $"{suite} length {length}");
                Assert.False(cipher.TryOpen(packet.AsSpan(packet.Length - length).ToArray(), 1), $"{suite} last {length}");
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void TryOpen_RandomOctetsOfAnyLength_IsRefused(string engine)
    {
        foreach (var (suite, cipher) in Ciphers(engine, isExtended: true))
        {
            for (var length = 0; length < 100; length++)
            {
                Assert.False(cipher.TryOpen(PacketForge.Octets(length, length), Sequence), $"{suite} length {length}");
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void TryOpen_WrongHighHalf_IsRefusedWithExtendedNumbersOnly(string engine)
    {
        foreach (var (suite, cipher) in Ciphers(engine, isExtended: true))
        {
            var packet = PacketForge.Sealed(cipher, Sequence, 32);
            Assert.False(cipher.TryOpen((byte[])packet.Clone(), Sequence + (1UL << 32)), suite.Name);
            Assert.False(cipher.TryOpen((byte[])packet.Clone(), Sequence - (1UL << 32)), suite.Name);
            Assert.True(cipher.TryOpen(packet, Sequence), suite.Name);
        }

        foreach (var (suite, cipher) in Ciphers(engine, isExtended: false))
        {
            var packet = PacketForge.Sealed(cipher, 9, 32);
            Assert.True(cipher.TryOpen(packet, Sequence), suite.Name);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void TryOpen_OtherKey_IsRefused(string engine)
    {
        foreach (var (suite, cipher) in Ciphers(engine, isExtended: false))
        {
            using var others = PacketForge.Keys(suite, 40);
            using var other = EngineUnderTest.Named(engine).Engine.CreateCipher(suite, others, false);
            Assert.False(other.TryOpen(PacketForge.Sealed(cipher, 1, 32), 1), suite.Name);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Verify_AnyBitTurnedOrOctetMissing_IsRefused(string engine)
    {
        var tested = EngineUnderTest.Named(engine).Engine;
        foreach (var (algorithm, keyLength) in MacCases.Of(tested))
        {
            using var key = new SecretBytes(PacketForge.Octets(keyLength, 3));
            using var mac = tested.CreateMac(algorithm, key);
            var octets = PacketForge.Octets(45, 5);
            var icv = new byte[mac.IcvLength];
            mac.Sign(octets, 3, icv);
            Assert.True(mac.Verify(octets, icv), algorithm.ToString());
            Assert.All(Enumerable.Range(0, 8 * octets.Length), bit => Assert.False(mac.Verify(PacketForge.WithBitTurned(octets, bit), icv)));
            Assert.All(Enumerable.Range(0, 8 * icv.Length), bit => Assert.False(mac.Verify(octets, PacketForge.WithBitTurned(icv, bit))));
            Assert.All(Enumerable.Range(0, icv.Length), length => Assert.False(mac.Verify(octets, icv.AsSpan(0, length))));
            Assert.False(mac.Verify(octets, [.. icv, 0]));
        }
    }

    private static IEnumerable<(CipherSuite Suite, IPacketCipher Cipher)> Ciphers(string engine, bool isExtended)
    {
        var tested = EngineUnderTest.Named(engine);
        foreach (var suite in tested.Suites)
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = tested.Engine.CreateCipher(suite, keys, isExtended);
            yield return (suite, cipher);
        }
    }
}
