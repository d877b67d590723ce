using System.Security.Cryptography;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>What the ML-KEM methods are to the platform, and the check of an encapsulation key.</summary>
internal static class MlKemParameters
{
    /// <summary>d | z of FIPS 203 §7.1.</summary>
    public const int SeedLength = 64;

    private const int Modulus = 3329;
    private const int KeySeedLength = 32;

    public static MLKemAlgorithm Of(KeyExchangeId id) => id switch
    {
        KeyExchangeId.MlKem512 => MLKemAlgorithm.MLKem512,
        KeyExchangeId.MlKem768 => MLKemAlgorithm.MLKem768,
        KeyExchangeId.MlKem1024 => MLKemAlgorithm.MLKem1024,
        _ => throw new ArgumentOutOfRangeException(nameof(id)),
    };

    /// <summary>FIPS 203 §7.2, the modulus check: every 12-bit number of the key is below q.</summary>
    public static bool IsReduced(ReadOnlySpan<byte> encapsulationKey)
    {
        var numbers = encapsulationKey[..^KeySeedLength];
        for (var i = 0; i + 2 < numbers.Length; i += 3)
        {
            var first = numbers[i] | ((numbers[i + 1] & 0x0F) << 8);
            var second = (numbers[i + 1] >> 4) | (numbers[i + 2] << 4);
            if (first >= Modulus || second >= Modulus)
            {
                return false;
            }
        }

        return true;
    }
}
