using IpsecDp.Crypto;
using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.Negotiation;

/// <summary>From what was agreed for a child to the suite the data plane works with.</summary>
public static class ChildSuites
{
    /// <summary>The suite of an ESP child; false for what the data plane does not have.</summary>
    public static bool TryMap(Agreement agreement, out CipherSuite suite)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        suite = CipherSuite.Default;
        if (agreement is not { Protocol: ProtocolId.Esp, Encryption: { } encryption } || Encryption(encryption.Id) is not { } cipher
            || Integrity(agreement.Integrity) is not { } integrity)
        {
            return false;
        }

        var keyBits = cipher switch
        {
            EncryptionAlgorithm.Null => 0,
            EncryptionAlgorithm.TripleDesCbc => 192,
            EncryptionAlgorithm.ChaCha20Poly1305 => 256,
            _ => encryption.KeyBits ?? 0,
        };
        suite = new(cipher, keyBits, integrity);
        return CipherSuite.All.Contains(suite);
    }

    /// <summary>The MAC of an AH child; false for what the data plane does not have.</summary>
    public static bool TryMap(Agreement agreement, out IntegrityAlgorithm integrity)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        var mapped = agreement is { Protocol: ProtocolId.Ah, Integrity: not null } ? Integrity(agreement.Integrity) : null;
        integrity = mapped ?? IntegrityAlgorithm.None;
        return mapped is not null;
    }

    private static EncryptionAlgorithm? Encryption(ushort id) => id switch
    {
        3 => EncryptionAlgorithm.TripleDesCbc,
        11 => EncryptionAlgorithm.Null,
        12 => EncryptionAlgorithm.AesCbc,
        13 => EncryptionAlgorithm.AesCtr,
        14 => EncryptionAlgorithm.AesCcm8,
        15 => EncryptionAlgorithm.AesCcm12,
        16 => EncryptionAlgorithm.AesCcm16,
        18 => EncryptionAlgorithm.AesGcm8,
        19 => EncryptionAlgorithm.AesGcm12,
        20 => EncryptionAlgorithm.AesGcm16,
        21 => EncryptionAlgorithm.AesGmac,
        28 => EncryptionAlgorithm.ChaCha20Poly1305,
        _ => null,
    };

    private static IntegrityAlgorithm? Integrity(Transform? transform) => transform?.Id switch
    {
        null => IntegrityAlgorithm.None,
        1 => IntegrityAlgorithm.HmacMd5_96,
        2 => IntegrityAlgorithm.HmacSha1_96,
        5 => IntegrityAlgorithm.AesXcbc96,
        8 => IntegrityAlgorithm.AesCmac96,
        12 => IntegrityAlgorithm.HmacSha256_128,
        13 => IntegrityAlgorithm.HmacSha384_192,
        14 => IntegrityAlgorithm.HmacSha512_256,
        _ => null,
    };
}
