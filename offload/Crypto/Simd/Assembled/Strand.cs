using Iced.Intel;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Instructions that must stay in their order among themselves, and may run beside others.</summary>
internal static class Strand
{
    /// <summary>An empty one.</summary>
    /// <remarks>Vectors 16 and up and four lanes of AES have no encoding but AVX-512's.</remarks>
    public static Assembler New() => new(64) { PreferVex = false };

    /// <summary>Adds a strand.</summary>
    public static void Append(this Assembler code, Assembler strand)
    {
        foreach (Instruction instruction in strand.Instructions)
        {
            code.AddInstruction(instruction);
        }
    }

    /// <summary>Adds two strands, the second spread evenly over the first.</summary>
    public static void Weave(this Assembler code, Assembler warp, Assembler weft)
    {
        var woven = 0;
        for (var i = 0; i < warp.Instructions.Count; i++)
        {
            code.AddInstruction(warp.Instructions[i]);
            int due = (i + 1) * weft.Instructions.Count / warp.Instructions.Count;
            for (; woven < due; woven++)
            {
                code.AddInstruction(weft.Instructions[woven]);
            }
        }
    }
}
