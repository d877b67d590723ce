using IpsecDp.Crypto;
using IpsecDp.Crypto.Secrets;

namespace Offload.Tests.Crypto;

public sealed class AllocationTests
{
    private const int Packets = 10_000;
    private const int PayloadLength = 64;

    public static TheoryData<string> Engines => EngineUnderTest.ProductNames;

    [Theory, MemberData(nameof(Engines))]
    public void SealAndOpen_TenThousandPackets_AllocateNothing(string engine)
    {
        var tested = EngineUnderTest.Named(engine);
        foreach (var suite in tested.Suites.Where(suite => suite.Encryption != EncryptionAlgorithm.TripleDesCbc || suite.Integrity == IntegrityAlgorithm.HmacSha1_96))
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = tested.Engine.CreateCipher(suite, keys, true);
            var packet = PacketForge.Unsealed(cipher, 1, PayloadLength);
            var opened = 0;
            void Run(int packets)
            {
                for (var i = 0; i < packets; i++)
                {
                    cipher.WriteIv(packet.AsSpan(8, suite.IvLength), (ulong)i);
                    cipher.Seal(packet, 1);
                    opened += cipher.TryOpen(packet, 1) ? 1 : 0;
                }
            }

            Run(10);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(Packets);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0, $"{suite}: {(double)allocated / Packets} octets per packet");
            Assert.Equal(Packets + 10, opened);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void SignAndVerify_TenThousandPackets_AllocateNothing(string engine)
    {
        var tested = EngineUnderTest.Named(engine).Engine;
        foreach (var (algorithm, keyLength) in MacCases.Of(tested))
        {
            using var key = new SecretBytes(PacketForge.Octets(keyLength, 3));
            using var mac = tested.CreateMac(algorithm, key);
            var octets = PacketForge.Octets(PayloadLength, 5);
            var icv = new byte[mac.IcvLength];
            mac.Sign(octets, 1, icv);
            var verified = mac.Verify(octets, icv) ? 1 : 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Packets; i++)
            {
                mac.Sign(octets, (ulong)i, icv);
                verified += mac.Verify(octets, icv) ? 1 : 0;
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(Packets + 1, verified);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void TryOpen_ForgedPackets_AllocateNoMoreThanThePlatformsOwnException(string engine)
    {
        const int forged = 1000;
        const int platformException = 1024;
        var tested = EngineUnderTest.Named(engine);
        foreach (var suite in tested.Suites.Where(suite => suite.Integrity is IntegrityAlgorithm.None or IntegrityAlgorithm.HmacSha256_128))
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = tested.Engine.CreateCipher(suite, keys, true);
            var packet = PacketForge.Octets(8 + suite.IvLength + PayloadLength + suite.IcvLength, 6);
            Assert.False(cipher.TryOpen(packet, 1), suite.Name);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < forged; i++)
            {
                cipher.TryOpen(packet, 1);
            }

            var perPacket = (GC.GetAllocatedBytesForCurrentThread() - before) / forged;
            var throwsInside = engine == "platform" && suite.Encryption is (EncryptionAlgorithm.AesGcm12 or EncryptionAlgorithm.AesGcm16 or EncryptionAlgorithm.ChaCha20Poly1305);
            Assert.True(perPacket <= (throwsInside ? platformException : 0), $"{suite}: {perPacket} octets per packet");
        }
    }
}
