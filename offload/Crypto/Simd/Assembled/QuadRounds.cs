using Iced.Intel;
using IpsecDp.Crypto.Simd.Gcm;
using static Iced.Intel.AssemblerRegisters;
using static IpsecDp.Crypto.Simd.Assembled.GcmRegisters;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Emits AES in counter mode, four blocks to an instruction (VAES), for a key of so many rounds.</summary>
internal sealed class QuadRounds(int rounds)
{
    /// <summary>Makes the counters of so many quads and encrypts them.</summary>
    public void Encrypt(Assembler code, int quads)
    {
        Begin(code, quads);
        for (var round = 1; round <= rounds; round++)
        {
            LoadRoundKey(code, round);
            Round(code, round, quads);
        }
    }

    /// <summary>The same, and counter 1 for the tag (SP 800-38D §7.1), after which there are no more counters.</summary>
    public void EncryptWithTagMask(Assembler code, int quads)
    {
        Begin(code, quads);
        code.vmovdqu32(TagMask, __xmmword_ptr[Frame + GcmFrameLayout.Nonce]);
        code.vpord(TagMask, TagMask, __xmmword_ptr[Key + GcmKeyBlock.CounterOne]);
        code.vpxord(TagMask, TagMask, Block(RoundKey));
        for (var round = 1; round <= rounds; round++)
        {
            LoadRoundKey(code, round);
            Round(code, round, quads);
            if (round < rounds)
            {
                code.vaesenc(TagMask, TagMask, Block(RoundKey));
            }
            else
            {
                code.vaesenclast(TagMask, TagMask, Block(RoundKey));
            }
        }
    }

    private static void Begin(Assembler code, int quads)
    {
        LoadRoundKey(code, 0);
        for (var i = 0; i < quads; i++)
        {
            code.vpshufb(State(i), Counters, CounterOrder);
            code.vpaddd(Counters, Counters, Step);
        }

        for (var i = 0; i < quads; i++)
        {
            code.vpxord(State(i), State(i), RoundKey);
        }
    }

    private void Round(Assembler code, int round, int quads)
    {
        for (var i = 0; i < quads; i++)
        {
            if (round < rounds)
            {
                code.vaesenc(State(i), State(i), RoundKey);
            }
            else
            {
                code.vaesenclast(State(i), State(i), RoundKey);
            }
        }
    }

    private static void LoadRoundKey(Assembler code, int round) =>
        code.vmovdqa64(RoundKey, __zmmword_ptr[Key + GcmKeyBlock.RoundKeyQuads + GcmKeyBlock.Quad * round]);
}
