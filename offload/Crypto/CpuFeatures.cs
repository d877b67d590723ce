using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace IpsecDp.Crypto;

/// <summary>The instruction families a kernel may use; a copy with a family switched off forces the path below it.</summary>
public sealed record CpuFeatures
{
    /// <summary>AES rounds on x86 (AES-NI), with the byte shuffles of SSSE3.</summary>
    public bool AesX86 { get; init; }

    /// <summary>Carry-less multiply on x86, one pair of 64-bit operands at a time.</summary>
    public bool Multiply128 { get; init; }

    /// <summary>Carry-less multiply on x86 in 256-bit vectors (VPCLMULQDQ) with AVX2.</summary>
    public bool Multiply256 { get; init; }

    /// <summary>AES rounds and carry-less multiply on x86 in 512-bit vectors (VAES and VPCLMULQDQ with AVX-512); the former only by code this process assembles.</summary>
    public bool AesQuads { get; init; }

    /// <summary>Eight 32-bit words to a vector (AVX2).</summary>
    public bool Words256 { get; init; }

    /// <summary>Eight 32-bit words to a vector, with rotations and functions of three operands (AVX-512F and VL).</summary>
    public bool RotatingWords256 { get; init; }

    /// <summary>Sixteen 32-bit words to a vector (AVX-512F), where the runtime thinks such vectors pay.</summary>
    public bool Words512 { get; init; }

    /// <summary>AES rounds and polynomial multiply of the Armv8 cryptographic extension.</summary>
    public bool AesArm { get; init; }

    /// <summary>What the processor offers and the runtime admits.</summary>
    public static CpuFeatures Detected { get; } = new()
    {
        AesX86 = X86Aes.IsSupported && Ssse3.IsSupported,
        Multiply128 = Pclmulqdq.IsSupported && Ssse3.IsSupported,
        Multiply256 = Pclmulqdq.V256.IsSupported && Avx2.IsSupported,
        AesQuads = HasVectorAes() && Pclmulqdq.V512.IsSupported && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported && Bmi2.X64.IsSupported
            && Vector512.IsHardwareAccelerated,
        Words256 = Avx2.IsSupported,
        RotatingWords256 = Avx512F.VL.IsSupported,
        Words512 = Avx512F.IsSupported && Vector512.IsHardwareAccelerated,
        AesArm = ArmAes.IsSupported,
    };

    /// <summary>No vector instruction at all: the scalar twins.</summary>
    public static CpuFeatures Scalar { get; } = new();

    // CPUID leaf 7, ECX bit 9 (Intel SDM volume 2A). That the system saves the vectors is part of the runtime's answers for AVX-512.
    private static bool HasVectorAes() => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ecx & (1 << 9)) != 0;
}
