using System.Buffers.Binary;

namespace IpsecDp.Crypto.Platform;

/// <summary>What RFC 2451 asks of a 3DES key: three parts that do not cancel each other, none of them weak.</summary>
internal static class TripleDesKey
{
    // The parity bit of each octet takes no part in the key.
    private const ulong WithoutParity = 0xFEFE_FEFE_FEFE_FEFE;

    // The 4 weak and 12 semi-weak keys (NIST SP 800-67).
    private static readonly ulong[] WeakKeys =
    [
        0x0101_0101_0101_0101, 0xFEFE_FEFE_FEFE_FEFE, 0xE0E0_E0E0_F1F1_F1F1, 0x1F1F_1F1F_0E0E_0E0E,
        0x011F_011F_010E_010E, 0x1F01_1F01_0E01_0E01, 0x01E0_01E0_01F1_01F1, 0xE001_E001_F101_F101,
        0x01FE_01FE_01FE_01FE, 0xFE01_FE01_FE01_FE01, 0x1FE0_1FE0_0EF1_0EF1, 0xE01F_E01F_F10E_F10E,
        0x1FFE_1FFE_0EFE_0EFE, 0xFE1F_FE1F_FE0E_FE0E, 0xE0FE_E0FE_F1FE_F1FE, 0xFEE0_FEE0_FEF1_FEF1,
    ];

    /// <summary>Throws <see cref="ArgumentException"/> for a key of 24 octets that is no more than single DES, or weak.</summary>
    public static void Require(ReadOnlySpan<byte> key)
    {
        var first = Part(key, 0);
        var second = Part(key, 1);
        var third = Part(key, 2);
        if (first == second || second == third)
        {
            throw new ArgumentException("neighbouring parts of the 3DES key are equal, which leaves single DES", nameof(key));
        }

        foreach (var weak in WeakKeys)
        {
            var bare = weak & WithoutParity;
            if (first == bare || second == bare || third == bare)
            {
                throw new ArgumentException("a part of the 3DES key is a weak or semi-weak DES key", nameof(key));
            }
        }
    }

    private static ulong Part(ReadOnlySpan<byte> key, int index) => BinaryPrimitives.ReadUInt64BigEndian(key[(8 * index)..]) & WithoutParity;
}
