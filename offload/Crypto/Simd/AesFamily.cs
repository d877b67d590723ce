using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Simd.Aes;
using IpsecDp.Crypto.Simd.Gcm;
using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>Builds what follows from a key on one processor's instructions, the best first; the choice falls once per SA, not per packet.</summary>
internal sealed class AesFamily(CpuFeatures features)
{
    /// <summary>What <see cref="CreateGcm"/> chooses, in words.</summary>
    public string GcmInstructions => features switch
    {
        { AesX86: true, Multiply256: true } => GcmKernels.Instructions(features),
        { AesX86: true, Multiply128: true } => "AES-NI and PCLMULQDQ",
        { AesX86: true } => "AES-NI",
        { AesArm: true } => "AES and PMULL of Armv8",
        _ => "no vector instructions",
    };

    /// <summary>GCM: fused where 256-bit products exist, in two passes elsewhere.</summary>
    public GcmTransform CreateGcm(ReadOnlySpan<byte> key) => features switch
    {
        { AesX86: true, Multiply256: true } => new GcmFused(key, features),
        { AesX86: true, Multiply128: true } => new GcmPasses<AesRoundX86, CarrylessMultiplyX86>(key),
        { AesX86: true } => new GcmPasses<AesRoundX86, CarrylessMultiplyScalar>(key),
        { AesArm: true } => new GcmPasses<AesRoundArm, CarrylessMultiplyArm>(key),
        _ => new GcmPasses<AesRoundScalar, CarrylessMultiplyScalar>(key),
    };

    /// <summary>GMAC.</summary>
    public Gmac CreateGmac(ReadOnlySpan<byte> key) => features switch
    {
        { AesX86: true, Multiply256: true } => new GmacRounds<AesRoundX86>(key, zero => new GhashWide(zero)),
        { AesX86: true, Multiply128: true } => new GmacRounds<AesRoundX86>(key, zero => new GhashPowers<CarrylessMultiplyX86>(zero)),
        { AesX86: true } => new GmacRounds<AesRoundX86>(key, zero => new GhashPowers<CarrylessMultiplyScalar>(zero)),
        { AesArm: true } => new GmacRounds<AesRoundArm>(key, zero => new GhashPowers<CarrylessMultiplyArm>(zero)),
        _ => new GmacRounds<AesRoundScalar>(key, zero => new GhashPowers<CarrylessMultiplyScalar>(zero)),
    };

    /// <summary>CBC beside a MAC.</summary>
    public IPacketCipher CreateCbc(CipherSuite suite, ReadOnlySpan<byte> key, TruncatedMac mac, bool extendedSequenceNumbers) => features switch
    {
        { AesX86: true } => new CbcCipher<AesRoundX86>(suite, key, mac, extendedSequenceNumbers),
        { AesArm: true } => new CbcCipher<AesRoundArm>(suite, key, mac, extendedSequenceNumbers),
        _ => new CbcCipher<AesRoundScalar>(suite, key, mac, extendedSequenceNumbers),
    };

    /// <summary>Counter mode beside a MAC.</summary>
    public IPacketCipher CreateCtr(CipherSuite suite, ReadOnlySpan<byte> key, uint salt, TruncatedMac mac, bool extendedSequenceNumbers) => features switch
    {
        { AesX86: true } => new CtrCipher<AesRoundX86>(suite, key, salt, mac, extendedSequenceNumbers),
        { AesArm: true } => new CtrCipher<AesRoundArm>(suite, key, salt, mac, extendedSequenceNumbers),
        _ => new CtrCipher<AesRoundScalar>(suite, key, salt, mac, extendedSequenceNumbers),
    };

    /// <summary>A MAC: HMAC in lanes where there are any, else the platform's, or XCBC and CMAC.</summary>
    public TruncatedMac CreateMac(IntegrityAlgorithm algorithm, ReadOnlySpan<byte> key) => features switch
    {
        { Words256: true } when algorithm == IntegrityAlgorithm.HmacSha256_128 => new LaneHmac<Sha256Lanes>(algorithm, key, features),
        { Words256: true } when algorithm == IntegrityAlgorithm.HmacSha1_96 => new LaneHmac<Sha1Lanes>(algorithm, key, features),
        _ when PlatformHmac.IsHmac(algorithm) => new PlatformHmac(algorithm, key),
        { AesX86: true } => new AesMac<AesRoundX86>(algorithm, key),
        { AesArm: true } => new AesMac<AesRoundArm>(algorithm, key),
        _ => new AesMac<AesRoundScalar>(algorithm, key),
    };
}
