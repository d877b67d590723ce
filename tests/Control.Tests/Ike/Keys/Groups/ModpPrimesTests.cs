using System.Numerics;
using IpsecDp.Ike.Keys.Groups;

namespace Control.Tests.Ike.Keys.Groups;

public sealed class ModpPrimesTests
{
    // RFC 2409 §6.2 and RFC 3526 §2 to §7: p = 2^n - 2^(n-64) - 1 + 2^64 × ([2^(n-130) pi] + c).
    [Theory]
    [InlineData(1024, 129093)]
    [InlineData(1536, 741804)]
    [InlineData(2048, 124476)]
    [InlineData(3072, 1690314)]
    [InlineData(4096, 240904)]
    [InlineData(6144, 929484)]
    [InlineData(8192, 4743158)]
    public void Prime_IsTheFormulaOfItsRfc(int bits, int constant)
    {
        var computed = BigInteger.Pow(2, bits) - BigInteger.Pow(2, bits - 64) - 1 + (BigInteger.Pow(2, 64) * (Pi(bits - 130) + constant));
        Assert.Equal(computed, Of(bits));
        Assert.NotEqual(computed + 1, Of(bits));
    }

    [Fact]
    public void Subgroup_HasTheOrderOfRfc5114()
    {
        var (prime, order, generator) = (ModpPrimes.Modp2048Subgroup256, ModpPrimes.Subgroup256Order, ModpPrimes.Subgroup256Generator);
        Assert.Equal(2048, prime.GetBitLength());
        Assert.Equal(256, order.GetBitLength());
        Assert.True(((prime - 1) % order).IsZero);
        Assert.True(BigInteger.ModPow(generator, order, prime).IsOne);
        Assert.False(BigInteger.ModPow(generator + 1, order, prime).IsOne);
        Assert.False(generator.IsOne);
    }

    private static BigInteger Of(int bits) => bits switch
    {
        1024 => ModpPrimes.Modp1024,
        1536 => ModpPrimes.Modp1536,
        2048 => ModpPrimes.Modp2048,
        3072 => ModpPrimes.Modp3072,
        4096 => ModpPrimes.Modp4096,
        6144 => ModpPrimes.Modp6144,
        _ => ModpPrimes.Modp8192,
    };

    // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), with 64 bits to spare.
    private static BigInteger Pi(int bits) => ((16 * ArcTan(5, bits + 64)) - (4 * ArcTan(239, bits + 64))) >> 64;

    private static BigInteger ArcTan(int inverse, int bits)
    {
        var term = (BigInteger.One << bits) / inverse;
        var sum = term;
        for (var n = 3; !term.IsZero; n += 2)
        {
            term /= -(inverse * inverse);
            sum += term / n;
        }

        return sum;
    }
}
