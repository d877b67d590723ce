using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IpsecDp.Ike.Keys.Groups;

/// <summary>
/// Powers modulo an odd number in time that depends on lengths only: Montgomery multiplication without a branch on a secret, windows of four
/// bits read by mask. The BigInteger types of .NET and BouncyCastle are neither constant in time nor can their numbers be zeroed.
/// </summary>
internal sealed class MontgomeryModulus
{
    private const int WindowSize = 16;

    private readonly ulong[] _modulus;
    private readonly ulong[] _squaredRadix;
    private readonly ulong _negatedInverse;

    public MontgomeryModulus(BigInteger modulus)
    {
        if (modulus.IsEven || modulus <= BigInteger.One)
        {
            throw new ArgumentException("the modulus is odd and above one", nameof(modulus));
        }

        Length = modulus.GetByteCount(isUnsigned: true);
        var limbs = (Length + 7) / 8;
        _modulus = Limbs(modulus.ToByteArray(isUnsigned: true, isBigEndian: true), limbs);
        _squaredRadix = Limbs(((BigInteger.One << (128 * limbs)) % modulus).ToByteArray(isUnsigned: true, isBigEndian: true), limbs);

        // Newton's step doubles the correct bits of the inverse modulo 2^64: 3, 6, 12, 24, 48, 96.
        var inverse = _modulus[0];
        for (var i = 0; i < 5; i++)
        {
            inverse *= 2 - (_modulus[0] * inverse);
        }

        _negatedInverse = 0 - inverse;
    }

    /// <summary>Octets of the modulus.</summary>
    public int Length { get; }

    /// <summary>value^exponent; <paramref name="value"/> is below the modulus, <paramref name="result"/> as long as it; all big-endian.</summary>
    public void Power(ReadOnlySpan<byte> value, ReadOnlySpan<byte> exponent, Span<byte> result)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, Length);
        var size = _modulus.Length;
        var scratch = GC.AllocateArray<ulong>(((WindowSize + 3) * size) + 2, pinned: true);
        var table = scratch.AsSpan(0, WindowSize * size);
        var power = scratch.AsSpan(WindowSize * size, size);
        var factor = scratch.AsSpan((WindowSize + 1) * size, size);
        var product = scratch.AsSpan((WindowSize + 2) * size, size + 2);
        FillTable(value, table, factor, product);
        table[..size].CopyTo(power);
        foreach (var octet in exponent)
        {
            Window(octet >> 4, table, power, factor, product);
            Window(octet & 15, table, power, factor, product);
        }

        factor.Clear();
        factor[0] = 1;
        Multiply(power, factor, power, product);
        WriteBigEndian(power, result);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch.AsSpan()));
    }

    private void FillTable(ReadOnlySpan<byte> value, Span<ulong> table, Span<ulong> factor, Span<ulong> product)
    {
        var size = _modulus.Length;
        ReadBigEndian(value, factor);
        Multiply(factor, _squaredRadix, table.Slice(size, size), product);
        factor.Clear();
        factor[0] = 1;
        Multiply(factor, _squaredRadix, table[..size], product);
        for (var i = 2; i < WindowSize; i++)
        {
            Multiply(table.Slice((i - 1) * size, size), table.Slice(size, size), table.Slice(i * size, size), product);
        }
    }

    private void Window(int digit, ReadOnlySpan<ulong> table, Span<ulong> power, Span<ulong> factor, Span<ulong> product)
    {
        for (var i = 0; i < 4; i++)
        {
            Multiply(power, power, power, product);
        }

        Select(table, digit, factor);
        Multiply(power, factor, power, product);
    }

    // Every entry is read, so that the cache does not tell which one was wanted.
    private static void Select(ReadOnlySpan<ulong> table, int digit, Span<ulong> chosen)
    {
        chosen.Clear();
        for (var i = 0; i < WindowSize; i++)
        {
            var mask = (ulong)(((long)(i ^ digit) - 1) >> 63);
            var entry = table.Slice(i * chosen.Length, chosen.Length);
            for (var j = 0; j < chosen.Length; j++)
            {
                chosen[j] |= entry[j] & mask;
            }
        }
    }

    /// <summary>result = left × right / 2^(64 × limbs) mod modulus; result may be an operand.</summary>
    private void Multiply(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, Span<ulong> product)
    {
        var size = _modulus.Length;
        ReadOnlySpan<ulong> modulus = _modulus;
        product.Clear();
        for (var i = 0; i < size; i++)
        {
            AddMultiple(left, right[i], product);
            AddMultiple(modulus, product[0] * _negatedInverse, product);

            // The lowest limb became zero: dividing by 2^64 is a shift by one limb.
            product[1..].CopyTo(product);
            product[size + 1] = 0;
        }

        SubtractOnce(product, result);
    }

    private static void AddMultiple(ReadOnlySpan<ulong> value, ulong factor, Span<ulong> sum)
    {
        ulong carry = 0;
        sum = sum[..(value.Length + 2)];
        for (var j = 0; j < value.Length; j++)
        {
            var high = Math.BigMul(value[j], factor, out var low);
            low += carry;
            high += low < carry ? 1UL : 0UL;
            var total = sum[j] + low;
            high += total < low ? 1UL : 0UL;
            sum[j] = total;
            carry = high;
        }

        var last = sum[value.Length] + carry;
        sum[value.Length + 1] += last < carry ? 1UL : 0UL;
        sum[value.Length] = last;
    }

    // The product is below twice the modulus; both the difference and the product are written through a mask.
    private void SubtractOnce(ReadOnlySpan<ulong> product, Span<ulong> result)
    {
        ulong borrow = 0;
        for (var j = 0; j < _modulus.Length; j++)
        {
            _ = Subtract(product[j], _modulus[j], ref borrow);
        }

        var isBelow = borrow & ~product[_modulus.Length];
        var mask = isBelow - 1;
        borrow = 0;
        for (var j = 0; j < _modulus.Length; j++)
        {
            result[j] = Subtract(product[j], _modulus[j] & mask, ref borrow);
        }
    }

    private static ulong Subtract(ulong left, ulong right, ref ulong borrow)
    {
        var difference = left - right;
        var result = difference - borrow;
        borrow = (left < right ? 1UL : 0UL) | (difference < borrow ? 1UL : 0UL);
        return result;
    }

    private static ulong[] Limbs(ReadOnlySpan<byte> bigEndian, int count)
    {
        var limbs = new ulong[count];
        ReadBigEndian(bigEndian, limbs);
        return limbs;
    }

    private static void ReadBigEndian(ReadOnlySpan<byte> octets, Span<ulong> limbs)
    {
        limbs.Clear();
        for (var i = 0; i < octets.Length; i++)
        {
            limbs[i / 8] |= (ulong)octets[octets.Length - 1 - i] << (8 * (i % 8));
        }
    }

    private static void WriteBigEndian(ReadOnlySpan<ulong> limbs, Span<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            octets[octets.Length - 1 - i] = (byte)(limbs[i / 8] >> (8 * (i % 8)));
        }
    }
}
