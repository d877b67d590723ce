using System.Buffers.Binary;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Crypto.Simd.Mac;

namespace IpsecDp.Crypto.Simd;

/// <summary>The suites on AES, on the best instructions the processor has: 512-bit vectors, 256-bit, 128-bit, Armv8, or none.</summary>
public sealed class SimdEngine : ICryptoEngine
{
    private readonly AesFamily _aes;

    /// <summary>Uses what the processor has.</summary>
    public SimdEngine()
        : this(CpuFeatures.Detected)
    {
    }

    /// <summary>Uses no more than the given families, each of which the processor must have.</summary>
    internal SimdEngine(CpuFeatures features)
    {
        _aes = new AesFamily(features);
    }

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public string Instructions => _aes.GcmInstructions;

    /// <inheritdoc/>
    public bool Supports(CipherSuite suite) => suite.Encryption switch
    {
        EncryptionAlgorithm.AesGcm8 or EncryptionAlgorithm.AesGcm12 or EncryptionAlgorithm.AesGcm16 or EncryptionAlgorithm.AesGmac =>
            IsAesKey(suite.KeyLength),
        EncryptionAlgorithm.AesCbc or EncryptionAlgorithm.AesCtr =>
            IsAesKey(suite.KeyLength) && suite.Integrity is not (IntegrityAlgorithm.None or IntegrityAlgorithm.AesGmac),
        _ => false,
    };

    /// <inheritdoc/>
    public bool Supports(IntegrityAlgorithm algorithm) => algorithm != IntegrityAlgorithm.None;

    /// <inheritdoc/>
    public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers)
    {
        if (!Supports(suite))
        {
            throw new ArgumentException($"{suite} is not a suite of the {Name} engine", nameof(suite));
        }

        keys.Require(suite);
        ReadOnlySpan<byte> key = keys.Encryption.Reveal()[..suite.KeyLength];
        uint salt = Salt(keys.Encryption.Reveal()[suite.KeyLength..]);
        if (suite.Encryption == EncryptionAlgorithm.AesGmac)
        {
            return new GmacCipher(suite, _aes.CreateGmac(key), salt, extendedSequenceNumbers);
        }

        if (suite.IsCombined)
        {
            return new GcmCipher(suite, _aes.CreateGcm(key), salt, extendedSequenceNumbers);
        }

        TruncatedMac mac = _aes.CreateMac(suite.Integrity, keys.Integrity.Reveal());
        return suite.Encryption == EncryptionAlgorithm.AesCbc
            ? _aes.CreateCbc(suite, key, mac, extendedSequenceNumbers)
            : _aes.CreateCtr(suite, key, salt, mac, extendedSequenceNumbers);
    }

    /// <inheritdoc/>
    public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key)
    {
        ReadOnlySpan<byte> octets = key.Reveal();
        if (algorithm == IntegrityAlgorithm.AesGmac && IsAesKey(octets.Length - sizeof(uint)))
        {
            return new AhGmac(_aes.CreateGmac(octets[..^sizeof(uint)]), Salt(octets[^sizeof(uint)..]));
        }

        int length = CipherSuite.KeyLengthOf(algorithm);
        if (length == 0 || octets.Length != length)
        {
            throw new ArgumentException($"{octets.Length} octets are no key of {SuiteNames.Of(algorithm)}", nameof(key));
        }

        return new AhMac(_aes.CreateMac(algorithm, octets));
    }

    private static bool IsAesKey(int length) => length is 16 or 24 or 32;

    // CBC has none.
    private static uint Salt(ReadOnlySpan<byte> octets) => octets.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(octets);
}
