using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Daemon.Wireshark;

/// <summary>Wireshark's table <c>ikev2_decryption_table</c>: one IKE SA a line, a comment for one it has no name for.</summary>
internal static class IkeTable
{
    /// <summary>Adds an IKE SA; its keys stay the caller's.</summary>
    public static void Add(KeyText text, IkeEvent.KeysRevealed keys)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(keys);
        if (Encryption(keys.Suite.Encryption) is not { } encryption || Integrity(keys.Suite.Integrity) is not { } integrity)
        {
            text.Add($"# IKE SA {keys.Spis.Initiator:x16}_{keys.Spis.Responder:x16}: Wireshark has no name for {keys.Suite}\n");
            return;
        }

        text.Add($"{keys.Spis.Initiator:x16},{keys.Spis.Responder:x16},");
        text.AddSecret(keys.Initiator.Encryption.Reveal());
        text.Add(",");
        text.AddSecret(keys.Responder.Encryption.Reveal());
        text.Add($",\"{encryption}\",");
        text.AddSecret(keys.Initiator.Integrity.Reveal());
        text.Add(",");
        text.AddSecret(keys.Responder.Integrity.Reveal());
        text.Add($",\"{integrity}\"\n");
    }

    private static string? Encryption(EncryptionTransform transform) => transform.Id switch
    {
        EncryptionId.TripleDesCbc => "3DES [RFC2451]",
        EncryptionId.AesCbc => $"AES-CBC-{transform.KeyBits} [RFC3602]",
        EncryptionId.AesGcm8 or EncryptionId.AesGcm12 or EncryptionId.AesGcm16 => $"AES-GCM-{transform.KeyBits} with {transform.IcvLength} octet ICV [RFC5282]",
        _ => null,
    };

    private static string? Integrity(IntegrityTransform? transform) => transform?.Id switch
    {
        null => "NONE [RFC4306]",
        IntegrityId.HmacSha1_96 => "HMAC_SHA1_96 [RFC2404]",
        IntegrityId.HmacSha256_128 => "HMAC_SHA2_256_128 [RFC4868]",
        IntegrityId.HmacSha384_192 => "HMAC_SHA2_384_192 [RFC4868]",
        IntegrityId.HmacSha512_256 => "HMAC_SHA2_512_256 [RFC4868]",
        IntegrityId.AesXcbc96 or IntegrityId.AesCmac96 => "ANY 96-bits of Authentication [No Checking]",
        _ => null,
    };
}
