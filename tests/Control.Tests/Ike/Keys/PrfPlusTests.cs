using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace Control.Tests.Ike.Keys;

public sealed class PrfPlusTests
{
    [Fact]
    public void Expand_CasesOfNistSp800_135_AllMatch()
    {
        var tested = 0;
        foreach (var vector in PublishedJson.Read("strongswan-vectors/kdf_prf_plus.json").GetProperty("vectors").EnumerateArray().Select(v => v.GetProperty("value")).Where(v => v.Text("alg") == "KDF_PRF_PLUS"))
        {
            var prf = Of(vector.Text("arg.prf"));
            var expected = vector.Hex("out");
            Assert.Equal(expected, Expand(prf, vector.Hex("key"), vector.Hex("salt"), expected.Length));
            tested++;
        }

        Assert.InRange(tested, 7, int.MaxValue);
    }

    [Theory]
    [InlineData("sha1", PrfId.HmacSha1)]
    [InlineData("sha256", PrfId.HmacSha256)]
    [InlineData("sha512", PrfId.HmacSha512)]
    public void Expand_CasesOfAnotherImplementation_AllMatch(string file, PrfId id)
    {
        var tested = 0;
        foreach (var vector in PublishedJson.Read($"nss/ike-vectors/ike-{file}.json").GetProperty("vectors").EnumerateArray().Where(v => v.Text("test_type") == "ikePlus"))
        {
            var expected = vector.Hex("okm");
            Assert.Equal(expected, Expand(PrfTransform.Of(id), vector.Hex("ikm"), vector.Hex("seed_data"), expected.Length));
            tested++;
        }

        Assert.InRange(tested, 3, int.MaxValue);
    }

    [Theory]
    [InlineData(PrfId.HmacSha256)]
    [InlineData(PrfId.AesXcbc)]
    public void Expand_UpTo255Outputs_AndNotOneOctetMore(PrfId id)
    {
        var prf = PrfTransform.Of(id);
        var longest = Expand(prf, new byte[16], "seed"u8.ToArray(), 255 * prf.OutputLength);
        Assert.Equal(longest[..100], Expand(prf, new byte[16], "seed"u8.ToArray(), 100));
        Assert.Throws<ArgumentException>(() => Expand(prf, new byte[16], [], (255 * prf.OutputLength) + 1));
    }

    [Fact]
    public void Expand_AnyBitOfKeyOrSeedTurned_GivesOther()
    {
        var prf = PrfTransform.Of(PrfId.HmacSha384);
        var right = Expand(prf, new byte[48], new byte[40], 96);
        Assert.NotEqual(right, Expand(prf, [1, .. new byte[47]], new byte[40], 96));
        Assert.NotEqual(right, Expand(prf, new byte[48], [1, .. new byte[39]], 96));
    }

    private static byte[] Expand(PrfTransform prf, byte[] key, byte[] seed, int length)
    {
        var output = new byte[length];
        PrfPlus.Expand(prf, key, seed, output);
        return output;
    }

    private static PrfTransform Of(string name) => PrfTransform.Of(name switch
    {
        "PRF_HMAC_SHA1" => PrfId.HmacSha1,
        "PRF_HMAC_SHA2_256" => PrfId.HmacSha256,
        "PRF_HMAC_SHA2_384" => PrfId.HmacSha384,
        "PRF_HMAC_SHA2_512" => PrfId.HmacSha512,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name),
    });
}
