using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Macs;

namespace Control.Tests.Ike.Keys.Macs;

public sealed class KeyedMacTests
{
    private const string Message20 = "000102030405060708090a0b0c0d0e0f10111213";

    // RFC 4434 §2.1 and RFC 4615 §4.
    [Theory]
    [InlineData(PrfId.AesXcbc, "000102030405060708090a0b0c0d0e0f", "47f51b4564966215b8985c63055ed308")]
    [InlineData(PrfId.AesXcbc, "00010203040506070809", "0fa087af7d866e7653434e602fdde835")]
    [InlineData(PrfId.AesXcbc, "000102030405060708090a0b0c0d0e0fedcb", "8cd3c93ae598a9803006ffb67c40e9e4")]
    [InlineData(PrfId.AesCmac, "000102030405060708090a0b0c0d0e0fedcb", "84a348a4a45d235babfffc0d2b4da09a")]
    [InlineData(PrfId.AesCmac, "000102030405060708090a0b0c0d0e0f", "980ae87b5f4c9c5214f5b6a8455e4c2d")]
    [InlineData(PrfId.AesCmac, "00010203040506070809", "290d9e112edb09ee141fcf64c0b72f3d")]
    public void ForPrf_KeyOfAnyLength_GivesWhatTheRfcPrints(PrfId id, string key, string output)
    {
        using var mac = KeyedMac.ForPrf(PrfTransform.Of(id), Convert.FromHexString(key));
        mac.Append(Convert.FromHexString(Message20));
        Assert.Equal(output, Finish(mac));
    }

    // RFC 4231 §4.3 (key "Jefe"), and RFC 2202 §3 for SHA-1.
    [Theory]
    [InlineData(PrfId.HmacSha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")]
    [InlineData(PrfId.HmacSha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData(PrfId.HmacSha384, "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649")]
    [InlineData(PrfId.HmacSha512, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    public void ForPrf_Hmac_GivesWhatTheRfcPrints(PrfId id, string output)
    {
        using var mac = KeyedMac.ForPrf(PrfTransform.Of(id), "Jefe"u8);
        mac.Append("what do ya want "u8);
        mac.Append("for nothing?"u8);
        Assert.Equal(output, Finish(mac));
    }

    [Fact]
    public void ForPrf_PublishedXcbcCases_AllMatch()
    {
        var tested = 0;
        foreach (var set in PublishedJson.Read("libreswan/vectors/ike_alg_prf.json").GetProperty("vectors").EnumerateArray())
        {
            if (set.Text("name") != "aes_xcbc_prf_tests")
            {
                continue;
            }

            foreach (var vector in set.GetProperty("value").EnumerateArray().Where(vector => vector.TryGetProperty("key", out _)))
            {
                // Case 7 of RFC 3566 §4.5 is a thousand zeros, and stored as their number.
                var message = vector.TryGetProperty("message", out var text) ? text.GetString()! : new string('\0', vector.GetProperty("message_size").GetInt32());
                using var mac = KeyedMac.ForPrf(PrfTransform.Of(PrfId.AesXcbc), vector.Hex("key"));
                mac.Append(message.StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(message[2..]) : System.Text.Encoding.ASCII.GetBytes(message));
                Assert.Equal(vector.Text("prf_output")[2..], Finish(mac));
                tested++;
            }
        }

        Assert.InRange(tested, 7, int.MaxValue);
    }

    [Fact]
    public void ForIntegrity_PublishedCmacCases_AreAnsweredAsPublished()
    {
        var tested = 0;
        foreach (var (group, test) in PublishedJson.Wycheproof("aes_cmac_test.json").Where(pair => pair.Group.GetProperty("keySize").GetInt32() == 128 && pair.Group.GetProperty("tagSize").GetInt32() == 128))
        {
            var key = test.Hex("key");
            using var mac = KeyedMac.ForIntegrity(IntegrityTransform.Of(IntegrityId.AesCmac96), key);
            mac.Append(test.Hex("msg"));
            Assert.Equal(test.Text("result") == "valid", mac.Matches(test.Hex("tag")));
            tested++;
        }

        Assert.InRange(tested, 50, int.MaxValue);
    }

    [Theory]
    [InlineData(PrfId.AesXcbc)]
    [InlineData(PrfId.AesCmac)]
    [InlineData(PrfId.HmacSha256)]
    public void Append_InAnyPieces_GivesTheSame(PrfId id)
    {
        byte[] message = [.. Enumerable.Range(0, 70).Select(i => (byte)i)];
        for (var length = 0; length <= message.Length; length++)
        {
            using var whole = KeyedMac.ForPrf(PrfTransform.Of(id), new byte[16]);
            whole.Append(message.AsSpan(0, length));
            using var pieces = KeyedMac.ForPrf(PrfTransform.Of(id), new byte[16]);
            for (var at = 0; at < length; at += 7)
            {
                pieces.Append(message.AsSpan(at, Math.Min(7, length - at)));
            }

            Assert.Equal(Finish(whole), Finish(pieces));
        }
    }

    [Fact]
    public void Matches_AnyBitTurnedOrEmpty_IsFalse()
    {
        var integrity = IntegrityTransform.Of(IntegrityId.AesXcbc96);
        using var mac = KeyedMac.ForIntegrity(integrity, new byte[16]);
        mac.Append("message"u8);
        var icv = new byte[integrity.IcvLength];
        mac.Finish(icv);
        for (var bit = 0; bit < icv.Length * 8; bit++)
        {
            byte[] turned = [.. icv];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Matches(turned));
        }

        Assert.True(Matches(icv));
        Assert.False(Matches([]));

        bool Matches(byte[] expected)
        {
            using var again = KeyedMac.ForIntegrity(integrity, new byte[16]);
            again.Append("message"u8);
            return again.Matches(expected);
        }
    }

    [Fact]
    public void ForIntegrity_KeyOfAnotherLength_Throws() =>
        Assert.Throws<ArgumentException>(() => KeyedMac.ForIntegrity(IntegrityTransform.Of(IntegrityId.HmacSha256_128), new byte[31]));

    private static string Finish(KeyedMac mac)
    {
        var output = new byte[mac.OutputLength];
        mac.Finish(output);
        return Convert.ToHexStringLower(output);
    }
}
