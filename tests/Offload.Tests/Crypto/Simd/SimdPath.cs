using System.Runtime.InteropServices;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;

namespace Offload.Tests.Crypto.Simd;

/// <summary>A choice of instructions the engine can be held to, so that every path is tested in one process.</summary>
public enum SimdPath
{
    Detected,
    Assembled,
    Vector256,
    Vector128,
    AesOnly,
    Arm,
    Scalar,
}

internal static class SimdPaths
{
    /// <summary>The paths this processor's architecture can have at all.</summary>
    public static SimdPath[] Here { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 or Architecture.X86 => [SimdPath.Detected, SimdPath.Assembled, SimdPath.Vector256, SimdPath.Vector128, SimdPath.AesOnly, SimdPath.Scalar],
        _ => [SimdPath.Detected, SimdPath.Arm, SimdPath.Scalar],
    };

    /// <summary>An engine held to the path; the test is skipped where the processor or the runtime's switches lack it.</summary>
    public static SimdEngine Engine(SimdPath path)
    {
        CpuFeatures detected = CpuFeatures.Detected;
        CpuFeatures compiled = detected with { AesQuads = false };
        (bool isPresent, CpuFeatures features) = path switch
        {
            SimdPath.Assembled => (detected.AesQuads, detected),
            SimdPath.Vector256 => (detected.AesX86 && detected.Multiply256, compiled),
            SimdPath.Vector128 => (detected.AesX86 && detected.Multiply128, compiled with { Multiply256 = false }),
            SimdPath.AesOnly => (detected.AesX86, compiled with { Multiply256 = false, Multiply128 = false }),
            SimdPath.Arm => (detected.AesArm, detected),
            SimdPath.Scalar => (true, CpuFeatures.Scalar),
            _ => (true, detected),
        };
        Assert.SkipUnless(isPresent, $"this processor or the runtime's switches lack the instructions of {path}");
        return new SimdEngine(features);
    }

    /// <summary>Payload lengths: every one over many groups and the counter's wrap, or a sample of them where a path is slow.</summary>
    public static IEnumerable<int> Lengths(SimdPath path)
    {
        bool isSlow = path is SimdPath.AesOnly or SimdPath.Scalar || !CpuFeatures.Detected.AesX86;
        IEnumerable<int> all = Enumerable.Range(0, 2101).Concat(Enumerable.Range(3900, 300)).Concat([8192, 9000, 65000]);
        return isSlow ? all.Where(length => length < 300 || length % 149 == 0) : all;
    }
}
