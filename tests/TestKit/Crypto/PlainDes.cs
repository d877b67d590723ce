using System.Buffers.Binary;

namespace IpsecDp.TestKit.Crypto;

/// <summary>DES as FIPS 46-3 draws it, with the standard's tables; bit 1 is the leftmost.</summary>
public sealed class PlainDes : IPlainBlockCipher
{
    private static readonly int[] InitialPermutation =
    [
        58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
        57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
    ];

    private static readonly int[] FinalPermutation = [.. Enumerable.Range(1, 64).Select(bit => Array.IndexOf(InitialPermutation, bit) + 1)];

    private static readonly int[] Expansion =
    [
        32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17,
        16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1,
    ];

    private static readonly int[] Permutation =
        [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25];

    private static readonly int[] PermutedChoice1 =
    [
        57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
        63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
    ];

    private static readonly int[] PermutedChoice2 =
    [
        14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
        41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
    ];

    private static readonly int[] Shifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

    // Each box: four rows of sixteen hexadecimal digits.
    private static readonly string[] SelectionFunctions =
    [
        "E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D",
        "F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9",
        "A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C",
        "7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E",
        "2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453",
        "C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D",
        "4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C",
        "D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B",
    ];

    private static readonly byte[][] Selections = [.. SelectionFunctions.Select(digits => digits.Select(digit => Convert.ToByte(digit.ToString(), 16)).ToArray())];

    private readonly ulong[] _roundKeys = new ulong[16];

    /// <summary>Takes 8 octets; the parity bits are ignored.</summary>
    public PlainDes(ReadOnlySpan<byte> key)
    {
        var halves = Permute(BinaryPrimitives.ReadUInt64BigEndian(key), 64, PermutedChoice1);
        var c = halves >> 28;
        var d = halves & 0xFFF_FFFF;
        for (var round = 0; round < 16; round++)
        {
            c = RotateHalf(c, Shifts[round]);
            d = RotateHalf(d, Shifts[round]);
            _roundKeys[round] = Permute((c << 28) | d, 56, PermutedChoice2);
        }
    }

    /// <inheritdoc/>
    public int BlockLength => 8;

    /// <inheritdoc/>
    public byte[] Encrypt(ReadOnlySpan<byte> block) => Run(block, _roundKeys);

    /// <inheritdoc/>
    public byte[] Decrypt(ReadOnlySpan<byte> block) => Run(block, [.. _roundKeys.Reverse()]);

    private static byte[] Run(ReadOnlySpan<byte> block, ulong[] roundKeys)
    {
        var input = Permute(BinaryPrimitives.ReadUInt64BigEndian(block), 64, InitialPermutation);
        var left = input >> 32;
        var right = input & 0xFFFF_FFFF;
        foreach (var roundKey in roundKeys)
        {
            (left, right) = (right, left ^ CipherFunction(right, roundKey));
        }

        var output = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(output, Permute((right << 32) | left, 64, FinalPermutation));
        return output;
    }

    private static ulong CipherFunction(ulong half, ulong roundKey)
    {
        var mixed = Permute(half, 32, Expansion) ^ roundKey;
        var selected = 0UL;
        for (var box = 0; box < 8; box++)
        {
            var six = (int)(mixed >> (42 - (6 * box))) & 0x3F;
            var row = ((six >> 4) & 2) | (six & 1);
            selected = (selected << 4) | Selections[box][(16 * row) + ((six >> 1) & 15)];
        }

        return Permute(selected, 32, Permutation);
    }

    private static ulong Permute(ulong value, int width, int[] table)
    {
        var result = 0UL;
        foreach (var bit in table)
        {
            result = (result << 1) | ((value >> (width - bit)) & 1);
        }

        return result;
    }

    private static ulong RotateHalf(ulong half, int by) => ((half << by) | (half >> (28 - by))) & 0xFFF_FFFF;
}
