using System.Numerics;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>A MODP group: modulus, generator, how long a private exponent is, and the order where the group is a subgroup.</summary>
internal sealed class ModpGroup
{
    private static readonly Dictionary<KeyExchangeId, Lazy<ModpGroup>> Groups = new()
    {
        // Exponents at least twice the group's strength (RFC 3526 §8), in whole octets.
        [KeyExchangeId.Modp1024] = Safe(() => ModpPrimes.Modp1024, 32),
        [KeyExchangeId.Modp1536] = Safe(() => ModpPrimes.Modp1536, 32),
        [KeyExchangeId.Modp2048] = Safe(() => ModpPrimes.Modp2048, 32),
        [KeyExchangeId.Modp3072] = Safe(() => ModpPrimes.Modp3072, 36),
        [KeyExchangeId.Modp4096] = Safe(() => ModpPrimes.Modp4096, 40),
        [KeyExchangeId.Modp6144] = Safe(() => ModpPrimes.Modp6144, 48),
        [KeyExchangeId.Modp8192] = Safe(() => ModpPrimes.Modp8192, 56),
        [KeyExchangeId.Modp2048Subgroup256] = new(() => new ModpGroup(ModpPrimes.Modp2048Subgroup256, ModpPrimes.Subgroup256Generator, 32, ModpPrimes.Subgroup256Order)),
    };

    private readonly BigInteger _prime;

    private ModpGroup(BigInteger prime, BigInteger generator, int exponentLength, BigInteger? order)
    {
        (_prime, ExponentLength, Order) = (prime, exponentLength, order);
        Modulus = new MontgomeryModulus(prime);
        Generator = new byte[Modulus.Length];
        var octets = generator.ToByteArray(isUnsigned: true, isBigEndian: true);
        octets.CopyTo(Generator, Generator.Length - octets.Length);
    }

    public MontgomeryModulus Modulus { get; }

    /// <summary>g, as long as the modulus.</summary>
    public byte[] Generator { get; }

    /// <summary>Octets of a private exponent.</summary>
    public int ExponentLength { get; }

    /// <summary>q, where it is not (p - 1) / 2.</summary>
    public BigInteger? Order { get; }

    public static ModpGroup Of(KeyExchangeId id) => Groups[id].Value;

    /// <summary>The checks of RFC 6989 §2.1 and §2.2 on a peer's value, which is as long as the modulus.</summary>
    public KeyExchangeFault Check(ReadOnlySpan<byte> value)
    {
        var number = new BigInteger(value, isUnsigned: true, isBigEndian: true);
        if (number < 2 || number > _prime - 2)
        {
            return KeyExchangeFault.OutOfRange;
        }

        return Order is { } order && !BigInteger.ModPow(number, order, _prime).IsOne ? KeyExchangeFault.NotInSubgroup : KeyExchangeFault.None;
    }

    private static Lazy<ModpGroup> Safe(Func<BigInteger> prime, int exponentLength) => new(() => new ModpGroup(prime(), 2, exponentLength, null));
}
