using IpsecDp.Crypto;
using IpsecDp.TestKit.Crypto;
using IpsecDp.TestKit.Vectors;

namespace Offload.Tests.Crypto.Published;

/// <summary>Runs cases of ciphers that do not authenticate, in ESP's form beside HMAC-SHA-256 whose code the oracle computes.</summary>
public static class CipherCheck
{
    private const ulong Sequence = 9;
    private static readonly byte[] IntegrityKey = PacketForge.Octets(32, 77);
    private static readonly byte[] Header = [0, 0, 0x12, 0x34, 0, 0, 0, (byte)Sequence];

    public static Tally Run(EngineUnderTest tested, EncryptionAlgorithm algorithm, IEnumerable<CipherVector> vectors) =>
        vectors.Aggregate(Tally.None, (tally, vector) => tally + Run(tested, algorithm, vector));

    /// <summary>The payload as it opens, of a case whose plaintext is not published.</summary>
    public static byte[] Open(EngineUnderTest tested, EncryptionAlgorithm algorithm, CipherVector vector)
    {
        var suite = SuiteOf(algorithm, vector);
        var (key, iv) = Split(suite, vector);
        using var keys = PacketForge.Keys(key, IntegrityKey);
        using var cipher = tested.Engine.CreateCipher(suite, keys, false);
        var packet = Proven([.. Header, .. iv, .. vector.Ciphertext]);
        Assert.True(cipher.TryOpen(packet, Sequence), vector.Name);
        return PacketForge.Payload(suite, packet);
    }

    private static Tally Run(EngineUnderTest tested, EncryptionAlgorithm algorithm, CipherVector vector)
    {
        var suite = SuiteOf(algorithm, vector);
        if (!tested.Engine.Supports(suite))
        {
            return new Tally(0, 0, 0, 1);
        }

        if (IsRefusedKey(algorithm, vector.Key))
        {
            return OnPrimitive(tested, vector);
        }

        var (key, iv) = Split(suite, vector);
        using var keys = PacketForge.Keys(key, IntegrityKey);
        using var cipher = tested.Engine.CreateCipher(suite, keys, false);
        var published = Proven([.. Header, .. iv, .. vector.Ciphertext]);
        byte[] packet = [.. Header, .. iv, .. vector.Plaintext, .. new byte[suite.IcvLength]];
        cipher.Seal(packet, Sequence);
        Assert.True(published.AsSpan().SequenceEqual(packet), vector.Name);
        Assert.True(cipher.TryOpen(packet, Sequence), vector.Name);
        Assert.True(PacketForge.Payload(suite, packet).AsSpan().SequenceEqual(vector.Plaintext), vector.Name);
        Assert.False(cipher.TryOpen(PacketForge.WithBitTurned(published, 8 * (Header.Length + 1)), Sequence), vector.Name);
        return new Tally(1, 0, 0, 0);
    }

    private static Tally OnPrimitive(EngineUnderTest tested, CipherVector vector)
    {
        if (tested.Primitives?.TripleDes(vector.Key, vector.Iv, vector.Plaintext) is not { } ciphertext)
        {
            return new Tally(0, 0, 0, 1);
        }

        Assert.True(ciphertext.AsSpan().SequenceEqual(vector.Ciphertext), vector.Name);
        return new Tally(0, 0, 1, 0);
    }

    private static CipherSuite SuiteOf(EncryptionAlgorithm algorithm, CipherVector vector) => new(algorithm, 8 * vector.Key.Length, IntegrityAlgorithm.HmacSha256_128);

    private static (byte[] Key, byte[] Iv) Split(CipherSuite suite, CipherVector vector) =>
        ([.. vector.Key, .. vector.Iv[..suite.SaltLength]], vector.Iv[suite.SaltLength..(suite.SaltLength + suite.IvLength)]);

    private static byte[] Proven(byte[] packet) => [.. packet, .. PlainMacs.HmacSha256(IntegrityKey, packet)[..16]];

    // Published 3DES cases with equal or weak parts test DES itself; an SA with such a key is refused.
    private static bool IsRefusedKey(EncryptionAlgorithm algorithm, byte[] key)
    {
        if (algorithm != EncryptionAlgorithm.TripleDesCbc)
        {
            return false;
        }

        try
        {
            IpsecDp.Crypto.Platform.TripleDesKey.Require(key);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
