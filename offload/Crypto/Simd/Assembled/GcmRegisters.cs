using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Who sits where in the assembled kernel.</summary>
/// <remarks>Only registers that the calling conventions of Linux and Windows both leave to the callee: no vector from 6 to 15, and nothing is pushed.</remarks>
internal static class GcmRegisters
{
    private static readonly AssemblerRegisterZMM[] States = [zmm16, zmm17, zmm18, zmm19];
    private static readonly AssemblerRegisterZMM[] Ciphertexts = [zmm20, zmm21, zmm22, zmm23];

    /// <summary>The packet's frame.</summary>
    public static AssemblerRegister64 Frame => r10;

    /// <summary>The key block.</summary>
    public static AssemblerRegister64 Key => r11;

    /// <summary>What remains of the text.</summary>
    public static AssemblerRegister64 Text => r8;

    /// <summary>Octets that remain.</summary>
    public static AssemblerRegister64 Length => r9;

    /// <summary>Where the power of H for the first of the last blocks stands.</summary>
    public static AssemblerRegister64 Powers => rax;

    /// <summary>The octets of the last quad that belong to the text.</summary>
    public static AssemblerRegisterK Clip => k1;

    /// <summary>Nonce and counters of the quad that is begun next, each counter in the processor's order.</summary>
    public static AssemblerRegisterZMM Counters => zmm25;

    /// <summary>What the counters grow by.</summary>
    public static AssemblerRegisterZMM Step => zmm29;

    /// <summary>The shuffle that puts counters into network order.</summary>
    public static AssemblerRegisterZMM CounterOrder => zmm27;

    /// <summary>The encrypted counter 1, which masks the tag; it takes the counters' place once they have all been made.</summary>
    public static AssemblerRegisterXMM TagMask => xmm25;

    /// <summary>The shuffle that reverses blocks.</summary>
    public static AssemblerRegisterZMM Reversal => zmm26;

    /// <summary>The reduction's factor.</summary>
    public static AssemblerRegisterZMM Polynomial => zmm28;

    /// <summary>GHASH of what was hashed so far, in the lowest lane, the others zero.</summary>
    public static AssemblerRegisterZMM Hash => zmm24;

    /// <summary>Sum of the products of low halves.</summary>
    public static AssemblerRegisterZMM Low => zmm30;

    /// <summary>Sum of the products of added halves.</summary>
    public static AssemblerRegisterZMM Middle => zmm0;

    /// <summary>Sum of the products of high halves.</summary>
    public static AssemblerRegisterZMM High => zmm31;

    /// <summary>A round's key, in every lane.</summary>
    public static AssemblerRegisterZMM RoundKey => zmm1;

    /// <summary>A product of low halves that waits for a second one.</summary>
    public static AssemblerRegisterZMM LowWaiting => zmm2;

    /// <summary>A product of added halves that waits for a second one.</summary>
    public static AssemblerRegisterZMM MiddleWaiting => zmm3;

    /// <summary>A product of high halves that waits for a second one.</summary>
    public static AssemblerRegisterZMM HighWaiting => zmm4;

    /// <summary>Added halves of blocks, or a product.</summary>
    public static AssemblerRegisterZMM Spare => zmm5;

    /// <summary>AES states of four blocks.</summary>
    public static AssemblerRegisterZMM State(int quad) => States[quad];

    /// <summary>Ciphertext of four blocks, octets reversed.</summary>
    public static AssemblerRegisterZMM Ciphertext(int quad) => Ciphertexts[quad];

    /// <summary>The lowest lane of a vector.</summary>
    public static AssemblerRegisterXMM Block(AssemblerRegisterZMM quad) => new(Register.XMM0 + (quad.Value - Register.ZMM0));

    /// <summary>The lower half of a vector.</summary>
    public static AssemblerRegisterYMM Pair(AssemblerRegisterZMM quad) => new(Register.YMM0 + (quad.Value - Register.ZMM0));
}
