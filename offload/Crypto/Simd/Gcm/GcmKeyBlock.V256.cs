using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using IpsecDp.Crypto.Simd.Aes;
using Field = IpsecDp.Crypto.Simd.Gcm.GhashField<IpsecDp.Crypto.Simd.Gcm.CarrylessMultiplyX86>;
using Lanes = IpsecDp.Crypto.Simd.Aes.AesLanes<IpsecDp.Crypto.Simd.Aes.AesRoundX86>;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>Everything the fused kernel reads beside the packet, in one block of native memory at constant distances, aligned to cache lines; zeroed before it is freed.</summary>
/// <remarks>
/// One base register reaches all of it, and each operand is read by the instruction that uses it. Layout in octets:
/// <code>
///    0  round keys, up to 15         448  H^20 … H^1 (times x, see GhashField)
///  240  number of rounds (int)       768  for each power, its two lanes added, in the low lane
///  256  octet reversal, 4 copies    1088  64 octets no product depends on
///  384  tail mask: 16 × FF, 16 × 0  1152  first round of every counter octet, 256 × 4
///  416  the field's polynomial, in  2176  counters of the assembled kernel
///       both halves                   2432  each round key, 4 copies
/// </code>
/// </remarks>
internal sealed unsafe class GcmKeyBlock : SafeHandle
{
    /// <summary>Where the round keys begin.</summary>
    public const int RoundKeys = 0;

    /// <summary>Where the number of rounds lies.</summary>
    public const int Rounds = 240;

    /// <summary>Where the shuffle that reverses the octets of each half lies, in <see cref="ReversalCopies"/> copies.</summary>
    /// <remarks>The compiler keeps a vector it reads twice in a register it does not have; another address at each use keeps the operand in memory.</remarks>
    public const int Reversal = 256;

    /// <summary>Number of equal shuffles.</summary>
    public const int ReversalCopies = 4;

    /// <summary>A load at <c>TailMask + 16 - n</c> has n octets of ones, then zeros.</summary>
    public const int TailMask = 384;

    /// <summary>Where the reduction's factor lies: the field's polynomial in the low lane of each half.</summary>
    public const int Polynomial = 416;

    /// <summary>Power q lies at <c>PowersEnd - 16 * q</c>, so a 32-octet load has q and q - 1.</summary>
    public const int PowersEnd = 448 + 16 * HighestPower;

    /// <summary>The added lanes of power q, for Karatsuba's middle product, at <c>HalvesEnd - 16 * q</c>.</summary>
    public const int HalvesEnd = PowersEnd + 16 * HighestPower;

    /// <summary>Octets of four blocks.</summary>
    public const int Quad = 64;

    /// <summary>Where the table of first rounds begins.</summary>
    public const int FirstRound = 1152;

    /// <summary>Counters 2 to 5, the first of a text, each in the processor's order in the last lane of its block.</summary>
    public const int FirstCounters = FirstRound + 4 * 256;

    /// <summary>What each counter grows by from a quad to the next, in the processor's order.</summary>
    public const int CounterStep = FirstCounters + Quad;

    /// <summary>The shuffle that puts the last lane of each block into network order.</summary>
    public const int CounterOrder = CounterStep + Quad;

    /// <summary>Counter 1, in network order.</summary>
    public const int CounterOne = CounterOrder + Quad;

    /// <summary>Where the round keys begin, each as often as there are blocks in a quad.</summary>
    /// <remarks>An instruction that spreads a block over a register while it loads takes a place among the AES rounds on Zen 4: ten cycles of seventy a group.</remarks>
    public const int RoundKeyQuads = CounterOne + Quad;

    // The assembled kernel reduces sixteen blocks and the block of lengths together; three more keep its powers within cache lines.
    private const int HighestPower = 20;
    private const int MostRoundKeys = 15;
    private const int Size = RoundKeyQuads + Quad * MostRoundKeys;
    private const int CacheLine = 64;

    /// <summary>Expands a key of 16, 24 or 32 octets.</summary>
    public GcmKeyBlock(ReadOnlySpan<byte> key)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AlignedAlloc(Size, CacheLine));
        new Span<byte>(Address, Size).Clear();
        using (AesRoundKeys schedule = AesRoundKeys.Expand<AesRoundX86>(key))
        {
            WriteSchedule(schedule.Keys);
        }

        WriteConstants();
        WriteCounters();
        WritePowers();
        WriteFirstRounds();
    }

    /// <summary>The block; only while the handle is not closed.</summary>
    public byte* Address
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte*)handle;
    }

    /// <summary>Rounds of the key.</summary>
    public int RoundCount => *(int*)(Address + Rounds);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>(Address, Size));
        NativeMemory.AlignedFree(Address);
        return true;
    }

    private void WriteSchedule(ReadOnlySpan<Vector128<byte>> keys)
    {
        keys.CopyTo(new Span<Vector128<byte>>(Address + RoundKeys, keys.Length));
        *(int*)(Address + Rounds) = keys.Length - 1;
        for (var copy = 0; copy < 4 * keys.Length; copy++)
        {
            *(Vector128<byte>*)(Address + RoundKeyQuads + 16 * copy) = keys[copy / 4];
        }
    }

    private void WriteConstants()
    {
        var reversal = new Span<byte>(Address + Reversal, 32 * ReversalCopies);
        for (var i = 0; i < reversal.Length; i++)
        {
            reversal[i] = (byte)(15 - i % 16);
        }

        new Span<byte>(Address + TailMask, 16).Fill(0xFF);
        *(Vector256<ulong>*)(Address + Polynomial) = Vector256.Create(Field.Polynomial);
    }

    private void WriteCounters()
    {
        for (var i = 0; i < 4; i++)
        {
            *(Vector128<uint>*)(Address + FirstCounters + 16 * i) = Vector128.Create(0, 0, 0, 2 + (uint)i);
            *(Vector128<uint>*)(Address + CounterStep + 16 * i) = Vector128.Create(0u, 0, 0, 4);
            *(Vector128<byte>*)(Address + CounterOrder + 16 * i) = Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12);
        }

        *(Vector128<uint>*)(Address + CounterOne) = Vector128.Create(0u, 0, 0, 0x0100_0000);
    }

    private void WritePowers()
    {
        var keys = new ReadOnlySpan<Vector128<byte>>(Address + RoundKeys, *(int*)(Address + Rounds) + 1);
        Vector128<ulong> key = Field.Key(Lanes.Encrypt(keys, Vector128<byte>.Zero));
        Vector128<ulong> power = key;
        for (var q = 1; q <= HighestPower; q++)
        {
            *(Vector128<ulong>*)(Address + PowersEnd - 16 * q) = power;
            *(ulong*)(Address + HalvesEnd - 16 * q) = power[0] ^ power[1];
            power = Field.Multiply(power, key);
        }
    }

    // The last counter octet stands in row 3 of column 3; SubBytes changes it alone, ShiftRows puts it into column 0, and MixColumns
    // spreads it over that column. So the state after round one is that of octet 0 plus a 32-bit difference, which is tabled here.
    private void WriteFirstRounds()
    {
        Vector128<byte> key0 = *(Vector128<byte>*)(Address + RoundKeys), key1 = *(Vector128<byte>*)(Address + RoundKeys + 16);
        Vector128<byte> zero = X86Aes.Encrypt(key0, key1);
        for (var octet = 0; octet < 256; octet++)
        {
            Vector128<byte> state = key0 ^ Vector128<byte>.Zero.WithElement(15, (byte)octet);
            *(uint*)(Address + FirstRound + 4 * octet) = (X86Aes.Encrypt(state, key1) ^ zero).AsUInt32().ToScalar();
        }
    }
}
