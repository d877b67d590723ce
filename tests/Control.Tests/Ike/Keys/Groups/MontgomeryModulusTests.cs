using System.Numerics;
using IpsecDp.Ike.Keys.Groups;

namespace Control.Tests.Ike.Keys.Groups;

public sealed class MontgomeryModulusTests
{
    [Fact]
    public void Power_RandomNumbersOfManyLengths_IsWhatTheRuntimeComputes()
    {
        var dice = new Random(7);
        for (var round = 0; round < 400; round++)
        {
            var modulus = Number(dice, 1 + dice.Next(96)) | 1;
            if (modulus.IsOne)
            {
                continue;
            }

            var value = Number(dice, 1 + dice.Next(100)) % modulus;
            var exponent = Octets(dice, dice.Next(40));
            Assert.Equal(BigInteger.ModPow(value, Read(exponent), modulus), Power(modulus, value, exponent));
        }
    }

    [Fact]
    public void Power_NumbersAtTheEdges_IsWhatTheRuntimeComputes()
    {
        BigInteger[] moduli = [3, ulong.MaxValue, BigInteger.Pow(2, 64) + 1, BigInteger.Pow(2, 128) - 1, BigInteger.Pow(2, 192) - 237, ModpPrimes.Modp2048];
        foreach (var modulus in moduli)
        {
            foreach (var value in new[] { 0, 1, 2, modulus - 2, modulus - 1 })
            {
                foreach (var exponent in new byte[][] { [], [0], [1], [2], [0, 0, 255], [255, 255, 255, 255, 255, 255, 255, 255, 255] })
                {
                    Assert.Equal(BigInteger.ModPow(value % modulus, Read(exponent), modulus), Power(modulus, value % modulus, exponent));
                }
            }
        }
    }

    [Fact]
    public void Constructor_EvenModulus_Throws() => Assert.Throws<ArgumentException>(() => new MontgomeryModulus(10));

    private static BigInteger Power(BigInteger modulus, BigInteger value, byte[] exponent)
    {
        var montgomery = new MontgomeryModulus(modulus);
        var result = new byte[montgomery.Length];
        montgomery.Power(value.ToByteArray(isUnsigned: true, isBigEndian: true), exponent, result);
        return Read(result);
    }

    private static BigInteger Number(Random dice, int length) => Read(Octets(dice, length));

    private static BigInteger Read(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Octets(Random dice, int length)
    {
        var octets = new byte[length];
        dice.NextBytes(octets);
        return octets;
    }
}
