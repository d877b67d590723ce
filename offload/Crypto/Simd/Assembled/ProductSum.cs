using Iced.Intel;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>A sum of carry-less products in a register, which takes them in twos: an exclusive-or of three costs what one of two does.</summary>
internal sealed class ProductSum(AssemblerRegisterZMM sum, AssemblerRegisterZMM waiting, AssemblerRegisterZMM second)
{
    /// <summary>The function of three operands (VPTERNLOG) that is their exclusive-or.</summary>
    public const byte ExclusiveOrOfThree = 0x96;

    private int _products;

    /// <summary>Where the next product is to be put.</summary>
    public AssemblerRegisterZMM Next => _products == 0 ? sum : IsWaiting ? second : waiting;

    private bool IsWaiting => _products > 0 && _products % 2 == 0;

    /// <summary>Takes the product that was put there.</summary>
    public void Take(Assembler code)
    {
        if (IsWaiting)
        {
            code.vpternlogq(sum, waiting, second, ExclusiveOrOfThree);
        }

        _products++;
    }

    /// <summary>Completes the sum; the next product begins another.</summary>
    public void Finish(Assembler code)
    {
        if (IsWaiting)
        {
            code.vpxorq(sum, sum, waiting);
        }

        _products = 0;
    }
}
