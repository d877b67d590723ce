using System.Numerics;
using System.Text.RegularExpressions;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;

namespace Control.Tests.Ike.Keys.Groups;

public sealed partial class ModpExchangeTests
{
    public static TheoryData<KeyExchangeId> Groups =>
    [
        KeyExchangeId.Modp1024, KeyExchangeId.Modp1536, KeyExchangeId.Modp2048, KeyExchangeId.Modp3072, KeyExchangeId.Modp4096, KeyExchangeId.Modp6144, KeyExchangeId.Modp8192, KeyExchangeId.Modp2048Subgroup256,
    ];

    [Theory, MemberData(nameof(Groups))]
    public void Agree_TwoFreshSides_HoldTheSameSecret(KeyExchangeId id)
    {
        var method = KeyExchangeMethod.Of(id);
        using var initiator = KeyExchanges.Begin(method, KeyExchangeRole.Initiator, new SeededEntropy(1));
        using var responder = KeyExchanges.Begin(method, KeyExchangeRole.Responder, new SeededEntropy(2));
        Assert.Equal(KeyExchangeFault.None, responder.Agree(initiator.PublicValue.Span, out var one));
        Assert.Equal(KeyExchangeFault.None, initiator.Agree(responder.PublicValue.Span, out var two));
        Assert.Equal(one!.Octets(), two!.Octets());
        Assert.Equal((method.InitiatorLength, method.SecretLength), (initiator.PublicValue.Length, one!.Length));
    }

    [Fact]
    public void Agree_PublishedCases_AllMatch()
    {
        var tested = 0;
        foreach (var vector in PublishedJson.Read("strongswan-vectors/modp.json").GetProperty("vectors").EnumerateArray().Select(v => v.GetProperty("value")))
        {
            if (!Enum.TryParse<KeyExchangeId>(vector.Text("method").Replace("_BIT", "", StringComparison.Ordinal).Replace("MODP_", "Modp", StringComparison.Ordinal), out var id))
            {
                continue;
            }

            var seed = vector.Hex("seed");
            var half = seed.Length / 2;
            using var initiator = Exchange(id, seed[..half]);
            using var responder = Exchange(id, seed[half..]);
            Assert.Equal(vector.Hex("pub_i"), initiator.PublicValue.ToArray());
            Assert.Equal(vector.Hex("pub_r"), responder.PublicValue.ToArray());
            Assert.Equal(KeyExchangeFault.None, initiator.Agree(responder.PublicValue.Span, out var shared));
            Assert.Equal(vector.Hex("shared"), shared!.Octets());
            tested++;
        }

        Assert.Equal(7, tested);
    }

    [Fact]
    public void Agree_CaseOfRfc5114_Matches()
    {
        var text = File.ReadAllText(PublishedJson.PathOf("rfc/rfc5114.txt"));
        text = text[text.LastIndexOf("A.3.  2048-bit MODP Group with 256-bit", StringComparison.Ordinal)..];
        using var one = Exchange(KeyExchangeId.Modp2048Subgroup256, Number(text, "xA"));
        using var two = Exchange(KeyExchangeId.Modp2048Subgroup256, Number(text, "xB"));
        Assert.Equal(Number(text, "yA"), one.PublicValue.ToArray());
        Assert.Equal(Number(text, "yB"), two.PublicValue.ToArray());
        Assert.Equal(KeyExchangeFault.None, one.Agree(two.PublicValue.Span, out var shared));
        Assert.Equal(Number(text, "Z"), shared!.Octets());
    }

    [Fact]
    public void PublicValue_AcvpKeyPairs_AreTheGeneratorsPower()
    {
        var tested = 0;
        foreach (var group in PublishedJson.Read("nist-acvp/safePrimes-keyVer-1.0/internalProjection.json.gz").GetProperty("testGroups").EnumerateArray().Where(g => g.Text("safePrimeGroup") == "MODP-2048"))
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                using var exchange = Exchange(KeyExchangeId.Modp2048, Even(test.Text("x")));
                var isPair = exchange.PublicValue.Span.SequenceEqual(Even(test.Text("y").PadLeft(512, '0')));
                Assert.Equal(test.GetProperty("testPassed").GetBoolean(), isPair);
                tested++;
            }
        }

        Assert.Equal(10, tested);
    }

    [Theory, MemberData(nameof(Groups))]
    public void BugClass28_ValuesOutsideTheGroup_AreRefused(KeyExchangeId id)
    {
        using var exchange = KeyExchanges.Begin(KeyExchangeMethod.Of(id), KeyExchangeRole.Initiator, new SeededEntropy(3));
        var prime = PrimeOf(id);
        foreach (var number in new[] { BigInteger.Zero, BigInteger.One, prime - 1, prime, prime + 1, BigInteger.Pow(2, exchange.Method.InitiatorLength * 8) - 1 })
        {
            Assert.Equal(KeyExchangeFault.OutOfRange, exchange.Agree(Octets(number, exchange.Method.InitiatorLength), out var secret));
            Assert.Null(secret);
        }
    }

    [Fact]
    public void BugClass28_ValueOutsideTheSubgroup_IsRefused()
    {
        using var exchange = KeyExchanges.Begin(KeyExchangeMethod.Of(KeyExchangeId.Modp2048Subgroup256), KeyExchangeRole.Initiator, new SeededEntropy(3));
        Assert.Equal(KeyExchangeFault.NotInSubgroup, exchange.Agree(Octets(2, 256), out _));
        Assert.Equal(KeyExchangeFault.None, exchange.Agree(Octets(ModpPrimes.Subgroup256Generator, 256), out var secret));
        Assert.Equal(exchange.PublicValue.ToArray(), secret!.Octets());
    }

    [Fact]
    public void BugClass28_SecretWithLeadingZeros_KeepsThem()
    {
        // With exponent one the secret is the peer's own value, whose upper octets are zero.
        using var exchange = Exchange(KeyExchangeId.Modp2048, [1]);
        Assert.Equal(KeyExchangeFault.None, exchange.Agree(Octets(5, 256), out var secret));
        Assert.Equal([.. new byte[255], 5], secret!.Octets());
    }

    [Theory, MemberData(nameof(Groups))]
    public void BugClass29_ValueOfAnotherLength_IsRefusedBeforeArithmetic(KeyExchangeId id)
    {
        using var exchange = KeyExchanges.Begin(KeyExchangeMethod.Of(id), KeyExchangeRole.Initiator, new SeededEntropy(3));
        foreach (var length in new[] { 0, 1, exchange.Method.InitiatorLength - 1, exchange.Method.InitiatorLength + 1, 65_535 })
        {
            Assert.Equal(KeyExchangeFault.WrongLength, exchange.Agree(new byte[length], out _));
        }
    }

    [Fact]
    public void Begin_SameDice_GiveTheSameValueAndOthersAnother()
    {
        var method = KeyExchangeMethod.Of(KeyExchangeId.Modp2048);
        using var one = KeyExchanges.Begin(method, KeyExchangeRole.Initiator, new SeededEntropy(1));
        using var same = KeyExchanges.Begin(method, KeyExchangeRole.Initiator, new SeededEntropy(1));
        using var other = KeyExchanges.Begin(method, KeyExchangeRole.Initiator, new SeededEntropy(2));
        Assert.Equal(one.PublicValue.ToArray(), same.PublicValue.ToArray());
        Assert.NotEqual(one.PublicValue.ToArray(), other.PublicValue.ToArray());
    }

    [Fact]
    public void Begin_DiceThatFallOutsideTheSubgroup_AreThrownAgain()
    {
        byte[] tooLarge = [.. Enumerable.Repeat((byte)255, 32)];
        using var exchange = KeyExchanges.Begin(KeyExchangeMethod.Of(KeyExchangeId.Modp2048Subgroup256), KeyExchangeRole.Initiator, new GivenEntropy([.. tooLarge, .. new byte[32], .. new byte[30], 1, 2]));
        using var expected = Exchange(KeyExchangeId.Modp2048Subgroup256, [1, 2]);
        Assert.Equal(expected.PublicValue.ToArray(), exchange.PublicValue.ToArray());
    }

    private static ModpExchange Exchange(KeyExchangeId id, byte[] exponent) => new(KeyExchangeMethod.Of(id), ModpGroup.Of(id), new SecretBytes(exponent));

    private static byte[] Octets(BigInteger number, int length)
    {
        var octets = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - octets.Length], .. octets];
    }

    private static BigInteger PrimeOf(KeyExchangeId id) => id switch
    {
        KeyExchangeId.Modp1024 => ModpPrimes.Modp1024,
        KeyExchangeId.Modp1536 => ModpPrimes.Modp1536,
        KeyExchangeId.Modp2048 => ModpPrimes.Modp2048,
        KeyExchangeId.Modp3072 => ModpPrimes.Modp3072,
        KeyExchangeId.Modp4096 => ModpPrimes.Modp4096,
        KeyExchangeId.Modp6144 => ModpPrimes.Modp6144,
        KeyExchangeId.Modp8192 => ModpPrimes.Modp8192,
        _ => ModpPrimes.Modp2048Subgroup256,
    };

    private static byte[] Even(string hex) => Convert.FromHexString(hex.Length % 2 == 0 ? hex : "0" + hex);

    // "name = " and then groups of hexadecimal, broken by page ends, up to the first line that has other words.
    private static byte[] Number(string text, string name)
    {
        var at = text.IndexOf($" {name} ", StringComparison.Ordinal);
        var hex = string.Concat(text[at..].Split('\n').Select((line, i) => i == 0 ? line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..] : line)
            .Where(line => !line.Contains("RFC 5114", StringComparison.Ordinal) && !line.Contains("[Page", StringComparison.Ordinal))
            .TakeWhile((line, i) => i == 0 || (line.Trim().Length == 0) || HexLine().IsMatch(line.Trim())));
        return Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
    }

    [GeneratedRegex("^([0-9A-F]{8} ?)+$")]
    private static partial Regex HexLine();
}
