using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Element = System.Runtime.Intrinsics.Vector128<ulong>;
using Field = IpsecDp.Crypto.Simd.Gcm.GhashField<IpsecDp.Crypto.Simd.Gcm.CarrylessMultiplyX86>;
using Pair = System.Runtime.Intrinsics.Vector256<ulong>;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GHASH alone, two blocks to a vector: eight vectors, sixteen blocks, are multiplied independently of each other and reduced once.</summary>
internal sealed class GhashWide : Ghash
{
    private const int Group = 8;

    // A vector has two neighbouring powers, the higher in its lower half, where the earlier block of a pair is; H^16 and H^15 come first.
    private readonly Pair[] _powers = GC.AllocateArray<Pair>(Group, pinned: true);
    private bool _isDisposed;

    /// <summary>Takes E(K, 0).</summary>
    public GhashWide(Vector128<byte> encryptedZero)
    {
        Element key = Field.Key(encryptedZero);
        Element power = key;
        for (int i = Group - 1; i >= 0; i--)
        {
            Element next = Field.Multiply(power, key);
            _powers[i] = Vector256.Create(next, power);
            power = Field.Multiply(next, key);
        }
    }

    public override Element Update(Element hash, ReadOnlySpan<byte> octets)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (octets.Length >= 32)
        {
            ReadOnlySpan<Vector256<byte>> pairs = MemoryMarshal.Cast<byte, Vector256<byte>>(octets);
            int count = Math.Min(pairs.Length, Group);
            hash = HashGroup(_powers.AsSpan(Group - count), hash, pairs);
            octets = octets[(32 * count)..];
        }

        for (; octets.Length >= 16; octets = octets[16..])
        {
            hash = HashBlock(hash, Field.FromOctets(Vector128.Create(octets)));
        }

        return octets.IsEmpty ? hash : HashBlock(hash, Field.FromOctets(Field.Padded(octets)));
    }

    public override Vector128<byte> Finish(Element hash, int aadLength, int textLength)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Field.ToOctets(HashBlock(hash, Field.Lengths(aadLength, textLength)));
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_powers.AsSpan()));
        _isDisposed = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Element HashGroup(ReadOnlySpan<Pair> powers, Element hash, ReadOnlySpan<Vector256<byte>> pairs)
    {
        Vector256<byte> reversal = Vector256.Create(Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        Pair low = Pair.Zero, middle = Pair.Zero, high = Pair.Zero;
        Pair carried = hash.ToVector256();
        for (var i = 0; i < powers.Length; i++)
        {
            Pair pair = Avx2.Shuffle(pairs[i], reversal).AsUInt64() ^ carried;
            carried = Pair.Zero;
            Pair power = powers[i];
            low ^= CarrylessMultiplyV256.LowLow(pair, power);
            high ^= CarrylessMultiplyV256.HighHigh(pair, power);
            middle ^= CarrylessMultiplyV256.LowHigh(pair, power) ^ CarrylessMultiplyV256.HighLow(pair, power);
        }

        return Field.Reduce(Sum(low), Sum(middle), Sum(high));
    }

    private static Element Sum(Pair halves) => halves.GetLower() ^ halves.GetUpper();

    // The lowest power is in the last vector's upper half.
    private Element HashBlock(Element hash, Element block) => Field.Multiply(hash ^ block, _powers[Group - 1].GetUpper());
}
