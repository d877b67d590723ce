using IpsecDp.Crypto;

namespace Offload.Tests.Crypto.Simd.Code;

/// <summary>The guard against a slower kernel: facts about the compiled loops, which no busy machine disturbs.</summary>
public class KernelCodeTests
{
    private const string Workload = $"{nameof(Offload)}.{nameof(Tests)}.{nameof(Crypto)}.{nameof(Simd)}.{nameof(Code)}.{nameof(KernelWorkload)}.{nameof(KernelWorkload.SealAndOpen_JobsOfEveryKind_Open)}";
    private const string Patterns = "SealGroups OpenGroups *GcmRun:Seal *GcmRun:Open *Sha256Lanes:Compress *Sha1Lanes:Compress *CodeSamples:*";

    private static readonly Lazy<Dictionary<string, string[]>> Wide = new(() => Disassembly.Of(Workload, Patterns, withAvx512: true));
    private static readonly Lazy<Dictionary<string, string[]>> Narrow = new(() => Disassembly.Of(Workload, Patterns, withAvx512: false));

    /// <summary>With AVX-512 or without, the method, the AES rounds its loop is known by, then the bounds: instructions, and vectors on the stack.</summary>
    public static TheoryData<bool, string, int, int, int> Bounds => new()
    {
        // Eight blocks: 64 rounds and 8 last ones. The 32 rounds of longer keys and the counter's carry are in the loop and counted.
        { false, "GcmKernel:SealGroups(", 72, 235, 0 },
        { false, "GcmKernel:OpenGroups(", 72, 235, 0 },

        // A packet: nine rounds or thirteen, of each block and of the tag's mask. Seven blocks want more than sixteen registers.
        { true, "GcmRun:Seal[IpsecDp.Crypto.Simd.Gcm.FourBlocks]", 66, 250, 0 },
        { true, "GcmRun:Seal[IpsecDp.Crypto.Simd.Gcm.SevenBlocks]", 105, 345, 2 },
        { true, "GcmRun:Open[IpsecDp.Crypto.Simd.Gcm.FourBlocks]", 66, 275, 0 },
        { true, "GcmRun:Open[IpsecDp.Crypto.Simd.Gcm.SevenBlocks]", 105, 365, 0 },
        { false, "GcmRun:Seal[IpsecDp.Crypto.Simd.Gcm.FourBlocks]", 66, 250, 0 },
        { false, "GcmRun:Seal[IpsecDp.Crypto.Simd.Gcm.SevenBlocks]", 105, 345, 8 },
        { false, "GcmRun:Open[IpsecDp.Crypto.Simd.Gcm.FourBlocks]", 66, 275, 0 },
        { false, "GcmRun:Open[IpsecDp.Crypto.Simd.Gcm.SevenBlocks]", 105, 365, 4 },
    };

    [Theory, MemberData(nameof(Bounds))]
    public void Loop_OfGcm_StaysInRegistersAndWithinItsBound(bool withAvx512, string method, int rounds, int instructions, int spills)
    {
        RequireLinuxCode();
        RequireFusedKernel();
        Assert.SkipUnless(!withAvx512 || CpuFeatures.Detected.RotatingWords256, "this processor or the runtime's switches lack the instructions of AVX-512");
        CodeLoop loop = CodeLoop.Find(Method((withAvx512 ? Wide : Narrow).Value, method), "vaesenc", rounds);

        Assert.True(loop.Spills <= spills, $"{method} has {loop.Spills} vectors on the stack, allowed are {spills}");
        Assert.True(loop.Instructions.Count <= instructions, $"{method} has {loop.Instructions.Count} instructions, allowed are {instructions}");
        Assert.Equal(0, loop.Calls);
    }

    [Theory]
    [InlineData("Sha256Lanes:Compress[IpsecDp.Crypto.Simd.Mac.Words256,", 8, 520)]
    [InlineData("Sha1Lanes:Compress[IpsecDp.Crypto.Simd.Mac.Words256,", 5, 85)]
    public void Loop_OfHashLanes_StaysInRegistersAndWithinItsBound(string method, int words, int instructions)
    {
        RequireLinuxCode();
        Assert.SkipUnless(CpuFeatures.Detected is { AesX86: true, Words256: true }, "this processor or the runtime's switches lack the instructions of the lanes");
        CodeLoop loop = CodeLoop.Find(Method(Narrow.Value, method), "vpaddd", 4 * words);

        Assert.Equal(0, loop.Spills);
        Assert.Equal(0, loop.Calls);
        Assert.True(loop.Instructions.Count <= instructions, $"{method} has {loop.Instructions.Count} instructions, allowed are {instructions}");
    }

    [Fact]
    public void Guard_LoopThatSpillsAndCalls_IsCaught()
    {
        RequireLinuxCode();
        RequireFusedKernel();
        CodeLoop spilling = CodeLoop.Find(Method(Wide.Value, "CodeSamples:Spilling("), "vpxor", 1);
        CodeLoop lean = CodeLoop.Find(Method(Wide.Value, "CodeSamples:Lean("), "vpxor", 1);

        Assert.True(spilling.Spills > 0, "the sample's vectors are on the stack");
        Assert.Equal(1, spilling.Calls);
        Assert.True(spilling.Instructions.Count > lean.Instructions.Count, "the sample's loop is longer");
        Assert.Equal((0, 0), (lean.Spills, lean.Calls));
    }

    [Fact]
    public void Find_NoSuchLoop_Throws()
    {
        string[] straight = ["G_M1_IG01:", "       vaesenc  xmm0, xmm0, xmm1", "       ret      "];
        string[] looping = ["G_M1_IG01:", "       vaesenc  xmm0, xmm0, xmm1", "       vmovups  ymmword ptr [rsp+0x20], ymm0", "       jne      SHORT G_M1_IG01"];

        Assert.Throws<InvalidOperationException>(() => CodeLoop.Find(straight, "vaesenc", 1));
        Assert.Throws<InvalidOperationException>(() => CodeLoop.Find(looping, "vaesenc", 2));
        Assert.Equal(1, CodeLoop.Find(looping, "vaesenc", 1).Spills);
    }

    private static void RequireFusedKernel() => Assert.SkipUnless(
        CpuFeatures.Detected is { AesX86: true, Multiply256: true },
        "this processor or the runtime's switches lack the instructions of the fused kernel");

    // Windows has callees save ten of the vector registers, and its code is another.
    private static void RequireLinuxCode() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the bounds are those of code for the calling convention of Linux");

    private static string[] Method(Dictionary<string, string[]> listing, string name) =>
        listing.Single(method => method.Key.Contains(name, StringComparison.Ordinal)).Value;
}
