using Iced.Intel;
using IpsecDp.Crypto.Simd.Gcm;
using static Iced.Intel.AssemblerRegisters;
using static IpsecDp.Crypto.Simd.Assembled.GcmRegisters;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Assembles AES-GCM of one packet for a number of rounds and a direction, as void (GcmFrame*, byte* key block).</summary>
/// <remarks>
/// Groups of sixteen blocks while more than sixteen remain; then the one to sixteen that do, in as many quads as they need, the last of
/// them clipped by a mask, so that no octet outside the text is read or written. A group is hashed beside the AES rounds of the next one
/// when sealing, beside its own when opening.
/// </remarks>
internal sealed class GcmProcedure
{
    private const int Quads = 4;
    private const int GroupLength = Quads * GcmKeyBlock.Quad;
    private const int LastPower = GcmKeyBlock.PowersEnd - 16;
    private const int GroupPowers = GcmKeyBlock.PowersEnd - GroupLength;

    private readonly Assembler _code = Strand.New();
    private readonly QuadRounds _rounds;
    private readonly QuadHash _hash = new();
    private readonly bool _isSeal;

    private GcmProcedure(int rounds, bool isSeal)
    {
        _rounds = new QuadRounds(rounds);
        _isSeal = isSeal;
    }

    /// <summary>The code for a calling convention, which runs wherever it is put.</summary>
    public static byte[] Assemble(int rounds, bool isSeal, bool isWindows)
    {
        var procedure = new GcmProcedure(rounds, isSeal);
        procedure.Emit(isWindows);
        using var octets = new MemoryStream();
        procedure._code.Assemble(new StreamCodeWriter(octets), rip: 0);
        return octets.ToArray();
    }

    private void Emit(bool isWindows)
    {
        Label last = _code.CreateLabel();
        _code.mov(Frame, isWindows ? rcx : rdi);
        _code.mov(Key, isWindows ? rdx : rsi);
        Begin();
        _code.cmp(Length, GroupLength);
        _code.jbe(last);
        if (_isSeal)
        {
            SealGroups();
        }
        else
        {
            OpenGroups();
        }

        _code.Label(ref last);
        PrepareLast();
        Label[] ends = [.. Enumerable.Range(0, Quads).Select(_ => _code.CreateLabel())];
        for (var quads = 1; quads < Quads; quads++)
        {
            _code.cmp(Length, quads * GcmKeyBlock.Quad);
            _code.jbe(ends[quads - 1]);
        }

        for (int quads = Quads; quads > 0; quads--)
        {
            _code.Label(ref ends[quads - 1]);
            FinishWith(quads);
        }
    }

    // The hash begins with the AAD's one block.
    private void Begin()
    {
        _code.mov(Text, __qword_ptr[Frame + GcmFrameLayout.Text]);
        _code.mov(r9d, __dword_ptr[Frame + GcmFrameLayout.Length]);
        _code.vbroadcasti32x4(Counters, __xmmword_ptr[Frame + GcmFrameLayout.Nonce]);
        _code.vpord(Counters, Counters, __zmmword_ptr[Key + GcmKeyBlock.FirstCounters]);
        _code.vmovdqa64(Step, __zmmword_ptr[Key + GcmKeyBlock.CounterStep]);
        _code.vmovdqa64(CounterOrder, __zmmword_ptr[Key + GcmKeyBlock.CounterOrder]);
        _code.vmovdqa64(Reversal, __zmmword_ptr[Key + GcmKeyBlock.Reversal]);
        _code.vbroadcasti64x4(Polynomial, __ymmword_ptr[Key + GcmKeyBlock.Polynomial]);
        _code.vmovdqu32(Block(Hash), __xmmword_ptr[Frame + GcmFrameLayout.Aad]);
        _code.vpshufb(Block(Hash), Block(Hash), Block(Reversal));
        _hash.Add(_code, Hash, Key, LastPower);
        _hash.Reduce(_code);
        _code.vmovdqa64(Block(Hash), Block(High));
    }

    private void SealGroups()
    {
        Label group = _code.CreateLabel(), hashLast = _code.CreateLabel();
        _code.Append(Encrypting());
        SealGroup();
        Advance();
        _code.jbe(hashLast);
        _code.Label(ref group);
        _code.Weave(Encrypting(), Hashing());
        SealGroup();
        Advance();
        _code.ja(group);
        _code.Label(ref hashLast);
        _code.Append(Hashing());
    }

    private void SealGroup()
    {
        for (var i = 0; i < Quads; i++)
        {
            SealQuad(i);
        }
    }

    private void OpenGroups()
    {
        Label group = _code.CreateLabel();
        _code.Label(ref group);
        for (var i = 0; i < Quads; i++)
        {
            _code.vmovdqu64(Ciphertext(i), Quad(i));
            _code.vpshufb(Ciphertext(i), Ciphertext(i), Reversal);
        }

        _code.Weave(Encrypting(), Hashing());
        for (var i = 0; i < Quads; i++)
        {
            _code.vpxorq(State(i), State(i), Quad(i));
            _code.vmovdqu64(Quad(i), State(i));
        }

        Advance();
        _code.ja(group);
    }

    private Assembler Encrypting()
    {
        Assembler strand = Strand.New();
        _rounds.Encrypt(strand, Quads);
        return strand;
    }

    // The quad that waits for the hash of the group before comes last.
    private Assembler Hashing()
    {
        Assembler strand = Strand.New();
        for (var i = 1; i < Quads; i++)
        {
            _hash.Add(strand, Ciphertext(i), Key, GroupPowers + GcmKeyBlock.Quad * i);
        }

        strand.vpxorq(Ciphertext(0), Ciphertext(0), Hash);
        _hash.Add(strand, Ciphertext(0), Key, GroupPowers);
        _hash.Reduce(strand);
        QuadHash.AddLanes(strand);
        return strand;
    }

    private void Advance()
    {
        _code.add(Text, GroupLength);
        _code.sub(Length, GroupLength);
        _code.cmp(Length, GroupLength);
    }

    private void SealQuad(int i)
    {
        _code.vpxorq(State(i), State(i), Quad(i));
        _code.vpshufb(Ciphertext(i), State(i), Reversal);
        _code.vmovdqu64(Quad(i), State(i));
    }

    private void OpenQuad(int i)
    {
        _code.vmovdqu64(Ciphertext(i), Quad(i));
        _code.vpxorq(State(i), State(i), Ciphertext(i));
        _code.vpshufb(Ciphertext(i), Ciphertext(i), Reversal);
        _code.vmovdqu64(Quad(i), State(i));
    }

    private void CryptClipped(int i)
    {
        _code.vmovdqu8(Ciphertext(i).k1.z, Quad(i));
        _code.vpxorq(State(i), State(i), Ciphertext(i));
        if (_isSeal)
        {
            _code.vmovdqu8(Ciphertext(i).k1.z, State(i));
        }

        _code.vmovdqu8(Quad(i).k1, State(i));
        _code.vpshufb(Ciphertext(i), Ciphertext(i), Reversal);
    }

    // The block of lengths has power 1, so the first of b blocks before it has b + 1. The mask has as many ones as the last quad has octets;
    // a shift takes its count modulo 64.
    private void PrepareLast()
    {
        _code.lea(Powers, __[Length + 15]);
        _code.and(Powers, -16);
        _code.neg(Powers);
        _code.lea(Powers, __[Key + Powers + LastPower]);
        _code.mov(rcx, Length);
        _code.neg(rcx);
        _code.mov(rdx, -1);
        _code.shrx(rdx, rdx, rcx);
        _code.kmovq(Clip, rdx);
    }

    private void FinishWith(int quads)
    {
        _rounds.EncryptWithTagMask(_code, quads);
        for (var i = 0; i < quads - 1; i++)
        {
            if (_isSeal)
            {
                SealQuad(i);
            }
            else
            {
                OpenQuad(i);
            }
        }

        CryptClipped(quads - 1);
        for (var i = 1; i < quads; i++)
        {
            _hash.Add(_code, Ciphertext(i), Powers, GcmKeyBlock.Quad * i);
        }

        // The states are free by now.
        _code.vmovdqu32(Block(State(0)), __xmmword_ptr[Frame + GcmFrameLayout.Lengths]);
        _hash.Add(_code, State(0), Key, LastPower);
        _code.vpxorq(Ciphertext(0), Ciphertext(0), Hash);
        _hash.Add(_code, Ciphertext(0), Powers, 0);
        _hash.Reduce(_code);
        QuadHash.AddLanes(_code);
        _code.vpshufb(Block(Hash), Block(Hash), Block(Reversal));
        _code.vpxorq(Block(Hash), Block(Hash), TagMask);
        _code.vmovdqu32(__xmmword_ptr[Frame + GcmFrameLayout.Tag], Block(Hash));
        _code.vzeroupper();
        _code.ret();
    }

    private static AssemblerMemoryOperand Quad(int i) => __zmmword_ptr[Text + GcmKeyBlock.Quad * i];
}
