using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd.Aes;
using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd;

/// <summary>The suites on AES, on the best instructions the processor has.</summary>
/// <remarks>GCM goes fused on 256-bit vectors, else in two passes on AES-NI and PCLMULQDQ, else on Armv8, else scalar; the choice falls once per SA, not per packet.</remarks>
public sealed class SimdEngine : ICryptoEngine
{
    private readonly CpuFeatures _features;

    /// <summary>Uses what the processor has.</summary>
    public SimdEngine()
        : this(CpuFeatures.Detected)
    {
    }

    /// <summary>Uses no more than the given families, each of which the processor must have.</summary>
    internal SimdEngine(CpuFeatures features)
    {
        _features = features;
    }

    public string Name => "simd";

    public bool Supports(CipherSuite suite) => suite.Encryption switch
    {
        EncryptionAlgorithm.AesGcm8 or EncryptionAlgorithm.AesGcm12 or EncryptionAlgorithm.AesGcm16 or EncryptionAlgorithm.AesGmac => true,
        _ => false,
    };

    public bool Supports(IntegrityAlgorithm algorithm) => algorithm == IntegrityAlgorithm.AesGmac;

    public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        if (!Supports(suite))
        {
            throw new ArgumentException($"{suite} is not a suite of the {Name} engine", nameof(suite));
        }

        if (keys.Encryption.Length != suite.KeyLength + suite.SaltLength || keys.Integrity.Length != suite.IntegrityKeyLength)
        {
            throw new ArgumentException($"the key material has not the lengths of {suite}", nameof(keys));
        }

        ReadOnlySpan<byte> key = keys.Encryption.Reveal()[..suite.KeyLength];
        uint salt = BinaryPrimitives.ReadUInt32LittleEndian(keys.Encryption.Reveal()[suite.KeyLength..]);
        return suite.Encryption == EncryptionAlgorithm.AesGmac
            ? new GmacCipher(suite, CreateGmac(key), salt, extendedSequenceNumbers)
            : new GcmCipher(suite, CreateGcm(key), salt, extendedSequenceNumbers);
    }

    public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key)
    {
        throw new NotSupportedException();
    }

    private GcmTransform CreateGcm(ReadOnlySpan<byte> key) => _features switch
    {
        { AesX86: true, Multiply256: true } => new GcmFused(key),
        { AesX86: true, Multiply128: true } => new GcmPasses<AesRoundX86, CarrylessMultiplyX86>(key),
        { AesX86: true } => new GcmPasses<AesRoundX86, CarrylessMultiplyScalar>(key),
        { AesArm: true } => new GcmPasses<AesRoundArm, CarrylessMultiplyArm>(key),
        _ => new GcmPasses<AesRoundScalar, CarrylessMultiplyScalar>(key),
    };

    private Gmac CreateGmac(ReadOnlySpan<byte> key) => _features switch
    {
        { AesX86: true, Multiply128: true } => new GmacRounds<AesRoundX86>(key, zero => new GhashPowers<CarrylessMultiplyX86>(zero)),
        { AesX86: true } => new GmacRounds<AesRoundX86>(key, zero => new GhashPowers<CarrylessMultiplyScalar>(zero)),
        { AesArm: true } => new GmacRounds<AesRoundArm>(key, zero => new GhashPowers<CarrylessMultiplyArm>(zero)),
        _ => new GmacRounds<AesRoundScalar>(key, zero => new GhashPowers<CarrylessMultiplyScalar>(zero)),
    };
}
