using IpsecDp.Crypto.Simd.Assembled;

namespace IpsecDp.Crypto.Simd.Gcm;

/// <summary>The kernels a processor has for packets one by one, and which of them takes one; decided once per key.</summary>
internal readonly unsafe struct GcmKernels(CpuFeatures features, int rounds)
{
    private const int FewestRounds = 10;

    private readonly GcmProcedures? _assembled = Assembled(features, rounds);

    /// <summary>What the kernel for long texts runs on.</summary>
    public static string Instructions(CpuFeatures features) =>
        Assembled(features, FewestRounds) is null ? "AES-NI and VPCLMULQDQ" : "VAES and VPCLMULQDQ, four blocks at a time";

    /// <summary>Encrypts the frame's text and writes the frame's tag.</summary>
    public void Seal(byte* key, GcmFrame* frame)
    {
        if (_assembled is { } assembled && frame->Length > GcmKernel.ShortLength)
        {
            assembled.Seal(key, frame);
        }
        else
        {
            GcmKernel.Seal(key, frame);
        }
    }

    /// <summary>Decrypts the frame's text and writes the tag the text should have had.</summary>
    public void Open(byte* key, GcmFrame* frame)
    {
        if (_assembled is { } assembled && frame->Length > GcmKernel.ShortLength)
        {
            assembled.Open(key, frame);
        }
        else
        {
            GcmKernel.Open(key, frame);
        }
    }

    private static GcmProcedures? Assembled(CpuFeatures features, int rounds) => features.AesQuads ? GcmCode.For(rounds) : null;
}
