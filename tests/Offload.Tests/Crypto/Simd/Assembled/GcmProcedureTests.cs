using Iced.Intel;
using IpsecDp.Crypto.Simd.Assembled;

namespace Offload.Tests.Crypto.Simd.Assembled;

/// <summary>What the assembled code is held to before it runs, read back by a disassembler; it needs no processor that could run it.</summary>
public sealed class GcmProcedureTests
{
    // Both conventions leave these to the callee (System V x86-64 ABI §3.2.1, Windows x64 ABI).
    private static readonly HashSet<Register> Free =
    [
        Register.RAX, Register.RCX, Register.RDX, Register.R8, Register.R9, Register.R10, Register.R11, Register.K1,
        .. Enumerable.Range(0, 6).Concat(Enumerable.Range(16, 16)).Select(i => Register.ZMM0 + i),
    ];

    public static TheoryData<int, bool, bool> Procedures => new(
        from rounds in new[] { 10, 12, 14 }
        from isSeal in new[] { true, false }
        from isWindows in new[] { true, false }
        select (rounds, isSeal, isWindows));

    [Theory, MemberData(nameof(Procedures))]
    public void Code_ChangesOnlyRegistersLeftToIt(int rounds, bool isSeal, bool isWindows)
    {
        Instruction[] code = Decode(GcmProcedure.Assemble(rounds, isSeal, isWindows));
        Assert.Empty(Written(code).Except(Free));
    }

    [Theory, MemberData(nameof(Procedures))]
    public void Code_WritesOnlyTextAndTag(int rounds, bool isSeal, bool isWindows)
    {
        Instruction[] code = Decode(GcmProcedure.Assemble(rounds, isSeal, isWindows));
        Assert.Empty(StrayWrites(code));
        Assert.DoesNotContain(code, instruction => instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall or FlowControl.IndirectBranch);
        Assert.Equal(Mnemonic.Ret, code[^1].Mnemonic);
    }

    /// <summary>The guard against a slower kernel: sixteen blocks take their AES, fourteen products, and little beside them.</summary>
    [Theory, MemberData(nameof(Procedures))]
    public void Loop_OfSixteenBlocks_StaysWithinItsBound(int rounds, bool isSeal, bool isWindows)
    {
        Instruction[] loop = Loop(Decode(GcmProcedure.Assemble(rounds, isSeal, isWindows)));

        Assert.Equal(4 * rounds, loop.Count(instruction => instruction.Mnemonic is Mnemonic.Vaesenc or Mnemonic.Vaesenclast));
        Assert.Equal(14, loop.Count(instruction => instruction.Mnemonic is Mnemonic.Vpclmulqdq));
        Assert.DoesNotContain(loop, instruction => instruction.Mnemonic.ToString().StartsWith("Vbroadcast", StringComparison.Ordinal));
        Assert.InRange(loop.Length, 1, 72 + 5 * rounds);
    }

    [Fact]
    public void Guards_CodeThatSavesNothingAndWritesElsewhere_IsCaught()
    {
        var code = new Assembler(64);
        code.mov(AssemblerRegisters.rbx, AssemblerRegisters.rdi);
        code.vpxor(AssemblerRegisters.xmm6, AssemblerRegisters.xmm6, AssemblerRegisters.xmm6);
        code.mov(AssemblerRegisters.__qword_ptr[AssemblerRegisters.r8 + 256], AssemblerRegisters.rbx);
        code.mov(AssemblerRegisters.__qword_ptr[AssemblerRegisters.r11], AssemblerRegisters.rbx);
        using var octets = new MemoryStream();
        code.Assemble(new StreamCodeWriter(octets), rip: 0);

        Assert.Equal([Register.RBX, Register.ZMM6], Written(Decode(octets.ToArray())).Except(Free).Order());
        Assert.Equal([Register.R8, Register.R11], StrayWrites(Decode(octets.ToArray())).Select(memory => memory.Base));
    }

    private static Instruction[] Decode(byte[] octets)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(octets));
        var code = new List<Instruction>();
        while (decoder.IP < (ulong)octets.Length)
        {
            Instruction instruction = decoder.Decode();
            Assert.False(instruction.IsInvalid, $"no instruction at {instruction.IP}");
            code.Add(instruction);
        }

        return [.. code];
    }

    private static IEnumerable<Register> Written(Instruction[] code)
    {
        var factory = new InstructionInfoFactory();
        return code.Where(instruction => instruction.Mnemonic is not (Mnemonic.Ret or Mnemonic.Vzeroupper))
            .SelectMany(instruction => factory.GetInfo(instruction).GetUsedRegisters().ToArray())
            .Where(used => used.Access is not (OpAccess.Read or OpAccess.CondRead or OpAccess.None))
            .Select(used => used.Register.GetFullRegister())
            .Distinct();
    }

    // What is neither within a group of the text (r8) nor the frame's tag (r10).
    private static IEnumerable<UsedMemory> StrayWrites(Instruction[] code)
    {
        var factory = new InstructionInfoFactory();
        return code.SelectMany(instruction => factory.GetInfo(instruction).GetUsedMemory().ToArray())
            .Where(memory => memory.Access is not (OpAccess.Read or OpAccess.CondRead or OpAccess.None or OpAccess.NoMemAccess))
            .Where(memory => !(memory.Base == Register.R8 && memory.Displacement < 256) && !(memory.Base == Register.R10 && memory.Displacement == (ulong)GcmFrameLayout.Tag));
    }

    private static Instruction[] Loop(Instruction[] code)
    {
        Instruction back = code.Single(instruction => instruction.FlowControl == FlowControl.ConditionalBranch && instruction.NearBranchTarget < instruction.IP);
        return [.. code.Where(instruction => instruction.IP >= back.NearBranchTarget && instruction.IP <= back.IP)];
    }
}
