namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>An encryption algorithm with one key length, and the lengths an Encrypted payload takes from it; all lengths in octets.</summary>
public sealed record EncryptionTransform
{
    // Before All: static initialisers run in the order of the text.
    private static readonly int[] AesKeyBits = [256, 192, 128];

    private EncryptionTransform(EncryptionId id, int keyBits, string name, string ianaName)
    {
        (Id, KeyBits, Name, IanaName) = (id, keyBits, name, ianaName);
    }

    /// <summary>Every transform, strongest habits first.</summary>
    public static IReadOnlyList<EncryptionTransform> All { get; } =
    [
        .. Aes(EncryptionId.AesGcm16, "gcm-16", "ENCR_AES_GCM_16"),
        .. Aes(EncryptionId.AesGcm12, "gcm-12", "ENCR_AES_GCM_12"),
        .. Aes(EncryptionId.AesGcm8, "gcm-8", "ENCR_AES_GCM_8"),
        new(EncryptionId.ChaCha20Poly1305, 256, "chacha20-poly1305", "ENCR_CHACHA20_POLY1305"),
        .. Aes(EncryptionId.AesCbc, "cbc", "ENCR_AES_CBC"),
        new(EncryptionId.TripleDesCbc, 192, "3des-cbc", "ENCR_3DES"),
    ];

    /// <summary>The number on the wire.</summary>
    public EncryptionId Id { get; }

    /// <summary>Bits of the key, without the salt.</summary>
    public int KeyBits { get; }

    /// <summary>The operator's name, as <c>aes-256-gcm-16</c>.</summary>
    public string Name { get; }

    /// <summary>The name in the IANA registry.</summary>
    public string IanaName { get; }

    /// <summary>Whether the Key Length attribute stands in the proposal; RFC 7296 §3.3.5 forbids it where the key has one length.</summary>
    public bool HasKeyLengthAttribute => Id is not (EncryptionId.TripleDesCbc or EncryptionId.ChaCha20Poly1305);

    /// <summary>Whether the cipher authenticates by itself.</summary>
    public bool IsCombined => Id is not (EncryptionId.AesCbc or EncryptionId.TripleDesCbc);

    /// <summary>Refused unless a policy names it (RFC 8247 §2.1).</summary>
    public bool IsLegacy => Id == EncryptionId.TripleDesCbc;

    /// <summary>The key without the salt.</summary>
    public int KeyLength => KeyBits / 8;

    /// <summary>The salt behind the key (RFC 5282 §7.1, RFC 7634 §2).</summary>
    public int SaltLength => IsCombined ? 4 : 0;

    /// <summary>Key and salt together: what SK_e takes from the key material.</summary>
    public int KeyMaterialLength => KeyLength + SaltLength;

    /// <summary>The IV in each payload.</summary>
    public int IvLength => Id == EncryptionId.AesCbc ? 16 : 8;

    /// <summary>The tag of a combined cipher, 0 for one that needs an integrity algorithm.</summary>
    public int IcvLength => Id switch
    {
        EncryptionId.AesGcm8 => 8,
        EncryptionId.AesGcm12 => 12,
        EncryptionId.AesGcm16 or EncryptionId.ChaCha20Poly1305 => 16,
        _ => 0,
    };

    /// <summary>What the padded plaintext is a multiple of; 1 for a combined cipher (RFC 5282 §3).</summary>
    public int BlockLength => Id switch
    {
        EncryptionId.AesCbc => 16,
        EncryptionId.TripleDesCbc => 8,
        _ => 1,
    };

    /// <summary>
    /// Finds a transform as a proposal names it. A key length where none may stand, none where one must, and one nobody defined
    /// are all "unknown": such a transform is never chosen.
    /// </summary>
    public static bool TryFind(ushort id, int? keyLengthAttribute, out EncryptionTransform? transform)
    {
        transform = All.FirstOrDefault(t => (ushort)t.Id == id && (t.HasKeyLengthAttribute ? t.KeyBits == keyLengthAttribute : keyLengthAttribute is null));
        return transform is not null;
    }

    /// <summary>The transform of that number and key length; throws <see cref="ArgumentException"/> if there is none.</summary>
    public static EncryptionTransform Of(EncryptionId id, int keyBits) =>
        All.FirstOrDefault(t => t.Id == id && t.KeyBits == keyBits) ?? throw new ArgumentException($"{id} has no key of {keyBits} bits", nameof(keyBits));

    private static IEnumerable<EncryptionTransform> Aes(EncryptionId id, string mode, string ianaName) =>
        AesKeyBits.Select(bits => new EncryptionTransform(id, bits, $"aes-{bits}-{mode}", ianaName));
}
