using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;

namespace Offload.Tests.Crypto;

public sealed class PlatformEngineTests
{
    [Fact]
    public void Supports_EverySuiteOfTheProduct()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what the library of another system lacks is its own matter");
        Assert.All(CipherSuite.All, suite => Assert.True(new PlatformEngine().Supports(suite), suite.Name));
    }

    [Fact]
    public void CreateCipher_SuiteThatIsSupported_SealsAndOpens() =>
        Assert.All(CipherSuite.All.Where(new PlatformEngine().Supports), suite =>
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = new PlatformEngine().CreateCipher(suite, keys, extendedSequenceNumbers: false);
            var packet = PacketForge.Sealed(cipher, 1, 64);
            Assert.True(cipher.TryOpen(packet, 1), suite.Name);
        });

    [Fact]
    public void Supports_EveryMacButNone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what the library of another system lacks is its own matter");
        Assert.All(Enum.GetValues<IntegrityAlgorithm>(), algorithm => Assert.Equal(algorithm != IntegrityAlgorithm.None, new PlatformEngine().Supports(algorithm)));
    }

    [Fact]
    public void Seal_PacketOfAnImpossibleLength_IsTheCallersMistake()
    {
        foreach (var suite in CipherSuite.All.Where(new PlatformEngine().Supports))
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = new PlatformEngine().CreateCipher(suite, keys, false);
            var tooShort = new byte[8 + suite.IvLength + suite.IcvLength - 1];
            Assert.Throws<ArgumentException>(() => cipher.Seal(tooShort, 1));
        }
    }

    [Fact]
    public void Cipher_AfterDispose_RefusesToWork()
    {
        foreach (var suite in CipherSuite.All.Where(new PlatformEngine().Supports))
        {
            using var keys = PacketForge.Keys(suite);
            var cipher = new PlatformEngine().CreateCipher(suite, keys, false);
            var packet = PacketForge.Sealed(cipher, 1, 32);
            cipher.Dispose();
            Assert.Throws<ObjectDisposedException>(() => cipher.TryOpen(packet, 1));
        }
    }

    [Fact]
    public void ManyPackets_OneAfterAnother_AreSealedAndOpenedLikeSingleOnes()
    {
        foreach (var suite in CipherSuite.All.Where(new PlatformEngine().Supports))
        {
            using var keys = PacketForge.Keys(suite);
            using var cipher = new PlatformEngine().CreateCipher(suite, keys, true);
            var single = PacketForge.Sealed(cipher, 3, 48);
            var slices = Enumerable.Range(0, 5).Select(_ => new PacketSlice([.. PacketForge.Unsealed(cipher, 3, 48), .. new byte[PacketSlice.Slack]], 0, single.Length, 3)).ToArray();
            cipher.SealMany(slices);
            Assert.All(slices, slice => Assert.True(slice.Packet.SequenceEqual(single), suite.Name));
            slices[2].Packet[^1] ^= 1;
            var opened = new bool[slices.Length];
            cipher.OpenMany(slices, opened);
            Assert.Equal([true, true, false, true, true], opened);
        }
    }
}
