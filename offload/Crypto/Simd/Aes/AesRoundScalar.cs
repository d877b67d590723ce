using System.Numerics;
using System.Runtime.Intrinsics;

namespace IpsecDp.Crypto.Simd.Aes;

/// <summary>AES by tables, for processors without AES instructions only.</summary>
/// <remarks>
/// NOT constant time: the tables are indexed by secret octets, so a neighbour on the same cache can learn from it.
/// Everything else in this room is constant time.
/// </remarks>
internal readonly struct AesRoundScalar : IAesRound
{
    private static readonly byte[] Substitution = BuildSubstitution();
    private static readonly byte[] InverseSubstitution = Invert(Substitution);

    // An entry is the column that MixColumns makes of one octet in row 0; the other rows are rotations of it.
    private static readonly uint[] Mixed = BuildColumns(Substitution, 2, 1, 1, 3);
    private static readonly uint[] InverseMixed = BuildColumns(InverseSubstitution, 14, 9, 13, 11);
    private static readonly uint[] InverseMixedOnly = BuildColumns(Identity(), 14, 9, 13, 11);

    public static Vector128<byte> Round(Vector128<byte> state, Vector128<byte> key) => Columns(state, Mixed, 1) ^ key;

    public static Vector128<byte> LastRound(Vector128<byte> state, Vector128<byte> key) => Octets(state, Substitution, 1) ^ key;

    // Inverse ShiftRows goes one column to the left, which is three to the right.
    public static Vector128<byte> InverseRound(Vector128<byte> state, Vector128<byte> key) => Columns(state, InverseMixed, 3) ^ key;

    public static Vector128<byte> InverseLastRound(Vector128<byte> state, Vector128<byte> key) => Octets(state, InverseSubstitution, 3) ^ key;

    public static Vector128<byte> InverseMixColumns(Vector128<byte> key) => Columns(key, InverseMixedOnly, 0);

    // A column is a 32-bit lane, row 0 in its low octet. Row r of column c comes from column c + r * shift.
    private static Vector128<byte> Columns(Vector128<byte> state, uint[] table, int shift)
    {
        Vector128<uint> columns = state.AsUInt32();
        Span<uint> mixed = stackalloc uint[4];
        for (var c = 0; c < 4; c++)
        {
            mixed[c] = table[(byte)columns[c]]
                ^ BitOperations.RotateLeft(table[(byte)(columns[(c + shift) & 3] >> 8)], 8)
                ^ BitOperations.RotateLeft(table[(byte)(columns[(c + 2 * shift) & 3] >> 16)], 16)
                ^ BitOperations.RotateLeft(table[(byte)(columns[(c + 3 * shift) & 3] >> 24)], 24);
        }

        return Vector128.Create<uint>(mixed).AsByte();
    }

    private static Vector128<byte> Octets(Vector128<byte> state, byte[] table, int shift)
    {
        Span<byte> octets = stackalloc byte[16];
        for (var i = 0; i < 16; i++)
        {
            octets[i] = table[state[(i + 4 * shift * (i & 3)) & 15]];
        }

        return Vector128.Create<byte>(octets);
    }

    // FIPS 197 §5.1.1: the inverse in GF(2^8), then an affine map. 3 generates the field and 0xF6 is its inverse.
    private static byte[] BuildSubstitution()
    {
        var table = new byte[256];
        byte element = 1, inverse = 1;
        do
        {
            element = Multiply(element, 3);
            inverse = Multiply(inverse, 0xF6);
            table[element] = Affine(inverse);
        }
        while (element != 1);

        table[0] = Affine(0);
        return table;
    }

    private static byte Affine(byte x)
    {
        int rotated = x ^ RotateLeft(x, 1) ^ RotateLeft(x, 2) ^ RotateLeft(x, 3) ^ RotateLeft(x, 4);
        return (byte)(rotated ^ 0x63);
    }

    private static int RotateLeft(byte x, int count) => (x << count) | (x >> (8 - count));

    private static byte[] Identity() => [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    private static byte[] Invert(byte[] table)
    {
        var inverse = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            inverse[table[i]] = (byte)i;
        }

        return inverse;
    }

    private static uint[] BuildColumns(byte[] octets, byte row0, byte row1, byte row2, byte row3)
    {
        var columns = new uint[256];
        for (var i = 0; i < 256; i++)
        {
            byte x = octets[i];
            columns[i] = Multiply(x, row0) | (uint)Multiply(x, row1) << 8 | (uint)Multiply(x, row2) << 16 | (uint)Multiply(x, row3) << 24;
        }

        return columns;
    }

    // FIPS 197 §4.2: the field's polynomial is x^8 + x^4 + x^3 + x + 1.
    private static byte Multiply(byte a, byte b)
    {
        var product = 0;
        for (int x = a, y = b; y != 0; y >>= 1)
        {
            product ^= (y & 1) * x;
            x = (x << 1) ^ (x >> 7) * 0x11B;
        }

        return (byte)product;
    }
}
