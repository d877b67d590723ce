using Iced.Intel;
using IpsecDp.Crypto.Simd.Gcm;
using static Iced.Intel.AssemblerRegisters;
using static IpsecDp.Crypto.Simd.Assembled.GcmRegisters;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Emits GHASH, four blocks to an instruction (VPCLMULQDQ): products are summed unreduced, by Karatsuba in three sums.</summary>
internal sealed class QuadHash
{
    private const byte LowHalves = 0x00;
    private const byte HighHalves = 0x11;
    private const byte ExchangeHalves = 0x4E;
    private const int FromPowersToHalves = GcmKeyBlock.HalvesEnd - GcmKeyBlock.PowersEnd;

    private readonly ProductSum _low = new(Low, LowWaiting, Spare);
    private readonly ProductSum _middle = new(Middle, MiddleWaiting, Spare);
    private readonly ProductSum _high = new(High, HighWaiting, Spare);

    /// <summary>Multiplies four blocks by four neighbouring powers of H, which stand at an address, and adds.</summary>
    public void Add(Assembler code, AssemblerRegisterZMM blocks, AssemblerRegister64 address, int offset)
    {
        code.vpclmulqdq(_low.Next, blocks, __zmmword_ptr[address + offset], LowHalves);
        _low.Take(code);
        code.vpclmulqdq(_high.Next, blocks, __zmmword_ptr[address + offset], HighHalves);
        _high.Take(code);
        code.vpshufd(Spare, blocks, ExchangeHalves);
        code.vpxorq(Spare, Spare, blocks);
        code.vpclmulqdq(_middle.Next, Spare, __zmmword_ptr[address + (offset + FromPowersToHalves)], LowHalves);
        _middle.Take(code);
    }

    /// <summary>Folds the sums modulo the polynomial, each lane for itself, into <see cref="GcmRegisters.High"/>; the next product begins new ones.</summary>
    public void Reduce(Assembler code)
    {
        _low.Finish(code);
        _high.Finish(code);
        _middle.Finish(code);
        code.vpternlogq(Middle, Low, High, ProductSum.ExclusiveOrOfThree);
        code.vpclmulqdq(LowWaiting, Low, Polynomial, LowHalves);
        code.vpshufd(Low, Low, ExchangeHalves);
        code.vpternlogq(Middle, Low, LowWaiting, ProductSum.ExclusiveOrOfThree);
        code.vpclmulqdq(LowWaiting, Middle, Polynomial, LowHalves);
        code.vpshufd(Middle, Middle, ExchangeHalves);
        code.vpternlogq(High, Middle, LowWaiting, ProductSum.ExclusiveOrOfThree);
    }

    /// <summary>Adds the four lanes of <see cref="GcmRegisters.High"/> into the lowest of <see cref="GcmRegisters.Hash"/>.</summary>
    public static void AddLanes(Assembler code)
    {
        code.vextracti64x4(Pair(Spare), High, 1);
        code.vpxorq(Pair(Spare), Pair(Spare), Pair(High));
        code.vextracti32x4(Block(High), Pair(Spare), 1);
        code.vpxorq(Block(Hash), Block(High), Block(Spare));
    }
}
