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
///    0  round keys, up to 15         448  H^18 … H^1 (times x, see GhashField)
///  240  number of rounds (int)       736  for each power, its two lanes added, in the low lane
///  256  octet reversal, 4 copies    1024  32 octets no product depends on
///  384  tail mask: 16 × FF, 16 × 0  1088  first round of every counter octet, 256 × 4
///  416  the field's polynomial, in both halves
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

    /// <summary>Where the table of first rounds begins.</summary>
    public const int FirstRound = 1088;

    // Eight blocks, the eight of the tail and the block of lengths are reduced together.
    private const int HighestPower = 18;
    private const int Size = FirstRound + 4 * 256;
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
        WritePowers();
        WriteFirstRounds();
    }

    /// <summary>The block; only while the handle is not closed.</summary>
    public byte* Address
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte*)handle;
    }

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
