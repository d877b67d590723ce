using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>GHASH with eight powers of the key: eight blocks are multiplied independently of each other and reduced once.</summary>
internal sealed class GhashPowers<TMultiply> : Ghash
    where TMultiply : struct, ICarrylessMultiply
{
    private const int Group = 8;

    // H^8 first: the first block of a group is multiplied by the highest power.
    private readonly Vector128<ulong>[] _powers = GC.AllocateArray<Vector128<ulong>>(Group, pinned: true);
    private bool _isDisposed;

    /// <summary>Takes E(K, 0).</summary>
    public GhashPowers(Vector128<byte> encryptedZero)
    {
        Vector128<ulong> key = GhashField<TMultiply>.Key(encryptedZero);
        Vector128<ulong> power = key;
        for (int i = Group - 1; i >= 0; i--)
        {
            _powers[i] = power;
            power = GhashField<TMultiply>.Multiply(power, key);
        }
    }

    public override Vector128<ulong> Update(Vector128<ulong> hash, ReadOnlySpan<byte> octets)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (octets.Length >= 16)
        {
            // What remains behind the last whole group is a shorter group with the lower powers.
            ReadOnlySpan<Vector128<byte>> blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(octets);
            int count = Math.Min(blocks.Length, Group);
            hash = HashGroup(_powers.AsSpan(Group - count), hash, blocks);
            octets = octets[(16 * count)..];
        }

        return octets.IsEmpty ? hash : HashBlock(hash, GhashField<TMultiply>.FromOctets(GhashField<TMultiply>.Padded(octets)));
    }

    /// <summary>Hashes one block.</summary>
    public Vector128<ulong> UpdateBlock(Vector128<ulong> hash, Vector128<byte> block) => HashBlock(hash, GhashField<TMultiply>.FromOctets(block));

    public override Vector128<byte> Finish(Vector128<ulong> hash, int aadLength, int textLength)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return GhashField<TMultiply>.ToOctets(HashBlock(hash, GhashField<TMultiply>.Lengths(aadLength, textLength)));
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_powers.AsSpan()));
        _isDisposed = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<ulong> HashGroup(ReadOnlySpan<Vector128<ulong>> powers, Vector128<ulong> hash, ReadOnlySpan<Vector128<byte>> blocks)
    {
        Vector128<ulong> low = Vector128<ulong>.Zero, middle = Vector128<ulong>.Zero, high = Vector128<ulong>.Zero;
        for (var i = 0; i < powers.Length; i++)
        {
            Vector128<ulong> block = GhashField<TMultiply>.FromOctets(blocks[i]) ^ hash;
            hash = Vector128<ulong>.Zero;
            Vector128<ulong> power = powers[i];
            low ^= TMultiply.LowLow(block, power);
            middle ^= TMultiply.LowHigh(block, power) ^ TMultiply.HighLow(block, power);
            high ^= TMultiply.HighHigh(block, power);
        }

        return GhashField<TMultiply>.Reduce(low, middle, high);
    }

    private Vector128<ulong> HashBlock(Vector128<ulong> hash, Vector128<ulong> block) =>
        GhashField<TMultiply>.Multiply(hash ^ block, _powers[Group - 1]);
}
