using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;

namespace Control.Tests.Ike.Keys.Groups;

public sealed class EcpExchangeTests
{
    public static TheoryData<KeyExchangeId> Curves => [KeyExchangeId.Ecp256, KeyExchangeId.Ecp384, KeyExchangeId.Ecp521];

    [Fact]
    public void Agree_CaseOfRfc5903_Matches()
    {
        // RFC 5903 §8.1.
        using var initiator = Begin(KeyExchangeId.Ecp256, GivenEntropy.Hex("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433"));
        using var responder = Begin(KeyExchangeId.Ecp256, GivenEntropy.Hex("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53"));
        Assert.Equal("DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3", Convert.ToHexString(initiator.PublicValue.Span));
        Assert.Equal(KeyExchangeFault.None, initiator.Agree(responder.PublicValue.Span, out var shared));
        Assert.Equal("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE", Convert.ToHexString(shared!.Octets()));
    }

    [Fact]
    public void Agree_PublishedCasesOfAllCurves_Match()
    {
        var tested = 0;
        foreach (var vector in PublishedJson.Read("strongswan-vectors/ecp.json").GetProperty("vectors").EnumerateArray().Select(v => v.GetProperty("value")))
        {
            if (!Enum.TryParse<KeyExchangeId>(vector.Text("method").Replace("_BIT", "", StringComparison.Ordinal).Replace("ECP_", "Ecp", StringComparison.Ordinal), out var id) || !Enum.IsDefined(id))
            {
                continue;
            }

            var seed = vector.Hex("seed");
            using var initiator = Begin(id, new GivenEntropy(seed[..(seed.Length / 2)]));
            using var responder = Begin(id, new GivenEntropy(seed[(seed.Length / 2)..]));
            Assert.Equal(vector.Hex("pub_i"), initiator.PublicValue.ToArray());
            Assert.Equal(vector.Hex("pub_r"), responder.PublicValue.ToArray());
            Assert.Equal(KeyExchangeFault.None, initiator.Agree(responder.PublicValue.Span, out var shared));
            Assert.Equal(vector.Hex("shared"), shared!.Octets());
            tested++;
        }

        Assert.Equal(3, tested);
    }

    [Theory]
    [InlineData(KeyExchangeId.Ecp256, "ecdh_secp256r1_ecpoint_test.json", 200)]
    [InlineData(KeyExchangeId.Ecp384, "ecdh_secp384r1_ecpoint_test.json", 150)]
    public void BugClass30_EveryWycheproofPoint_IsAnsweredAsPublished(KeyExchangeId id, string file, int least)
    {
        var (tested, refused) = (0, 0);
        var length = KeyExchangeMethod.Of(id).InitiatorLength;
        foreach (var (_, test) in PublishedJson.Wycheproof(file))
        {
            var point = test.Hex("public");

            // The wire has x | y alone; what is compressed or has no such form has no length that fits.
            var value = point.Length > 0 && point[0] == 4 ? point[1..] : point;
            using var exchange = Begin(id, new GivenEntropy(Fit(test.Hex("private"), length / 2)));
            var fault = exchange.Agree(value, out var shared);
            if (test.Text("result") == "valid")
            {
                Assert.Equal(KeyExchangeFault.None, fault);
                Assert.Equal(test.Hex("shared"), shared!.Octets());
            }
            else
            {
                Assert.True(fault is KeyExchangeFault.WrongLength or KeyExchangeFault.NotOnCurve, $"tcId {test.Text("tcId")}");
                refused++;
            }

            tested++;
        }

        Assert.InRange(tested, least, int.MaxValue);
        Assert.InRange(refused, 1, tested - 1);
    }

    [Theory, MemberData(nameof(Curves))]
    public void BugClass30_AnyBitOfAPointTurned_IsOffTheCurve(KeyExchangeId id)
    {
        using var exchange = Begin(id, new SeededEntropy(1));
        using var peer = Begin(id, new SeededEntropy(2));
        for (var bit = 0; bit < peer.PublicValue.Length * 8; bit += 13)
        {
            var value = peer.PublicValue.ToArray();
            value[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(KeyExchangeFault.NotOnCurve, exchange.Agree(value, out var secret));
            Assert.Null(secret);
        }

        Assert.Equal(KeyExchangeFault.NotOnCurve, exchange.Agree(new byte[peer.PublicValue.Length], out _));
        Assert.Equal(KeyExchangeFault.None, exchange.Agree(peer.PublicValue.Span, out _));
    }

    [Theory, MemberData(nameof(Curves))]
    public void BugClass29_ValueOfAnotherLength_IsRefusedBeforeArithmetic(KeyExchangeId id)
    {
        using var exchange = Begin(id, new SeededEntropy(1));
        foreach (var length in new[] { 0, 1, exchange.PublicValue.Length - 1, exchange.PublicValue.Length + 1, 65_535 })
        {
            Assert.Equal(KeyExchangeFault.WrongLength, exchange.Agree(new byte[length], out _));
        }
    }

    [Fact]
    public void Begin_DiceOfZeroOrAboveTheOrder_AreThrownAgain()
    {
        byte[] key = [.. new byte[31], 7];
        using var redrawn = Begin(KeyExchangeId.Ecp256, new GivenEntropy([.. new byte[32], .. Enumerable.Repeat((byte)255, 32), .. key]));
        using var direct = Begin(KeyExchangeId.Ecp256, new GivenEntropy(key));
        Assert.Equal(direct.PublicValue.ToArray(), redrawn.PublicValue.ToArray());
    }

    private static IKeyExchange Begin(KeyExchangeId id, IpsecDp.Ike.IEntropy entropy) => KeyExchanges.Begin(KeyExchangeMethod.Of(id), KeyExchangeRole.Initiator, entropy);

    private static byte[] Fit(byte[] octets, int length) => octets.Length >= length ? octets[^length..] : [.. new byte[length - octets.Length], .. octets];
}
