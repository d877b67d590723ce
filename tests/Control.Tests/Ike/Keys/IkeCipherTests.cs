using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys;

public sealed class IkeCipherTests
{
    public static TheoryData<string> Suites => [.. EncryptionTransform.All.SelectMany(e => e.IsCombined ? new[] { e.Name } : [.. IntegrityTransform.All.Select(i => $"{e.Name} {i.Name}")])];

    [Theory, MemberData(nameof(Suites))]
    public void Seal_ThenOpen_GivesTheTextBack(string name)
    {
        var suite = Suite(name);
        using var keys = Keys(suite);
        using var sealer = new IkeCipher(suite, keys);
        using var opener = new IkeCipher(suite, keys);
        for (var blocks = 1; blocks <= 5; blocks++)
        {
            var (body, text) = Body(sealer, blocks * Math.Max(sealer.BlockLength, 16));
            sealer.Seal("header"u8, body);
            Assert.NotEqual(text, Text(sealer, body));
            Assert.True(opener.TryOpen("header"u8, body));
            Assert.Equal(text, Text(sealer, body));
        }
    }

    [Theory, MemberData(nameof(Suites))]
    public void BugClass37_AnyBitTurned_IsRefused(string name)
    {
        var suite = Suite(name);
        using var keys = Keys(suite);
        using var cipher = new IkeCipher(suite, keys);
        var (body, text) = Body(cipher, 32);
        cipher.Seal("header"u8, body);
        for (var bit = 0; bit < body.Length * 8; bit++)
        {
            byte[] turned = [.. body];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(cipher.TryOpen("header"u8, turned));
            Assert.NotEqual(text, Text(cipher, turned));
        }

        Assert.False(cipher.TryOpen("headeR"u8, [.. body]));
        Assert.True(cipher.TryOpen("header"u8, [.. body]));
    }

    [Theory, MemberData(nameof(Suites))]
    public void BugClass37_AnyTruncation_IsRefused(string name)
    {
        var suite = Suite(name);
        using var keys = Keys(suite);
        using var cipher = new IkeCipher(suite, keys);
        var (body, _) = Body(cipher, 32);
        cipher.Seal("header"u8, body);
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(cipher.TryOpen("header"u8, body.AsSpan(0, length).ToArray()));
        }
    }

    [Theory, MemberData(nameof(Suites))]
    public void BugClass36_ManySeals_NeverUseAnIvTwice(string name)
    {
        var suite = Suite(name);
        using var keys = Keys(suite);
        using var cipher = new IkeCipher(suite, keys);
        var seen = new HashSet<string>();
        for (var i = 0; i < 300; i++)
        {
            var (body, _) = Body(cipher, 16);
            cipher.Seal([], body);
            Assert.True(seen.Add(Convert.ToHexString(body, 0, cipher.IvLength)));
        }
    }

    [Fact]
    public void BugClass36_CbcIv_DoesNotFollowFromTheOneBefore()
    {
        // The counter itself would be a foretellable IV; what is sent is its encryption, so consecutive ones differ in about half their bits.
        var suite = Suite("aes-256-cbc hmac-sha2-256-128");
        using var keys = Keys(suite);
        using var cipher = new IkeCipher(suite, keys);
        byte[] last = new byte[16];
        for (var i = 0; i < 100; i++)
        {
            var (body, _) = Body(cipher, 16);
            cipher.Seal([], body);
            var differing = last.Zip(body).Sum(pair => System.Numerics.BitOperations.PopCount((uint)(pair.First ^ pair.Second)));
            Assert.InRange(differing, 24, 104);
            last = body[..16];
        }
    }

    [Fact]
    public void Seal_TextOffTheBlockLength_Throws()
    {
        var suite = Suite("aes-128-cbc hmac-sha2-256-128");
        using var keys = Keys(suite);
        using var cipher = new IkeCipher(suite, keys);
        Assert.Throws<ArgumentException>(() => cipher.Seal([], new byte[16 + 17 + 16]));
    }

    [Fact]
    public void Constructor_KeysOfAnotherSuite_Throws()
    {
        using var keys = Keys(Suite("aes-128-gcm-16"));
        Assert.Throws<ArgumentException>(() => new IkeCipher(Suite("aes-256-gcm-16"), keys));
    }

    [Fact]
    public void TryOpen_AfterDispose_Throws()
    {
        var suite = Suite("aes-128-gcm-16");
        using var keys = Keys(suite);
        var cipher = new IkeCipher(suite, keys);
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.TryOpen([], new byte[64]));
    }

    private static IkeSuite Suite(string name)
    {
        var parts = name.Split(' ');
        return new(EncryptionTransform.All.Single(e => e.Name == parts[0]), IntegrityTransform.All.SingleOrDefault(i => i.Name == parts.ElementAtOrDefault(1)), PrfTransform.Of(PrfId.HmacSha256), KeyExchangeMethod.Of(KeyExchangeId.Curve25519));
    }

    private static DirectionKeys Keys(IkeSuite suite) => new(Drawn(suite.IntegrityKeyLength, 1), Drawn(suite.Encryption.KeyMaterialLength, 2), Drawn(32, 3));

    private static SecretBytes Drawn(int length, int seed)
    {
        var octets = new byte[length];
        new SeededEntropy(seed).Fill(octets);
        return new(octets);
    }

    private static (byte[] Body, byte[] Text) Body(IkeCipher cipher, int textLength)
    {
        byte[] text = [.. Enumerable.Range(0, textLength).Select(i => (byte)i)];
        return ([.. new byte[cipher.IvLength], .. text, .. new byte[cipher.IcvLength]], text);
    }

    private static byte[] Text(IkeCipher cipher, byte[] body) => body[cipher.IvLength..^cipher.IcvLength];
}
