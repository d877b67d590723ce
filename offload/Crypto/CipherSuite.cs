namespace IpsecDp.Crypto;

/// <summary>An encryption algorithm with its key length and the integrity algorithm beside it; the geometry of every ESP packet follows from it.</summary>
public sealed record CipherSuite(EncryptionAlgorithm Encryption, int KeyBits, IntegrityAlgorithm Integrity = IntegrityAlgorithm.None)
{
    // Before All: static initialisers run in the order of the text.
    private static readonly int[] AesKeyBits = [128, 192, 256];

    private static readonly IntegrityAlgorithm[] Macs =
    [
        IntegrityAlgorithm.HmacSha256_128, IntegrityAlgorithm.HmacSha384_192, IntegrityAlgorithm.HmacSha512_256, IntegrityAlgorithm.HmacSha1_96,
        IntegrityAlgorithm.AesXcbc96, IntegrityAlgorithm.AesCmac96, IntegrityAlgorithm.HmacMd5_96,
    ];

    /// <summary>Every suite the product knows, in the order a table shows them.</summary>
    public static IReadOnlyList<CipherSuite> All { get; } = [.. CombinedSuites(), .. PairedSuites()];

    /// <summary>AES-128-GCM with a 16-byte ICV, the default.</summary>
    public static CipherSuite Default { get; } = new(EncryptionAlgorithm.AesGcm16, 128);

    /// <summary>Whether the cipher authenticates by itself (RFC 4303 §3.2.3).</summary>
    public bool IsCombined => Encryption is not (EncryptionAlgorithm.Null or EncryptionAlgorithm.AesCbc or EncryptionAlgorithm.AesCtr or EncryptionAlgorithm.TripleDesCbc);

    /// <summary>Kept for V1R11 peers only and refused unless the policy asks for legacy.</summary>
    public bool IsLegacy => Encryption == EncryptionAlgorithm.TripleDesCbc || Integrity == IntegrityAlgorithm.HmacMd5_96;

    /// <summary>Octets of the cipher's key without its salt.</summary>
    public int KeyLength => KeyBits / 8;

    /// <summary>Octets of salt or nonce behind the key in the key material.</summary>
    public int SaltLength => Encryption switch
    {
        EncryptionAlgorithm.AesCcm8 or EncryptionAlgorithm.AesCcm12 or EncryptionAlgorithm.AesCcm16 => 3,
        EncryptionAlgorithm.Null or EncryptionAlgorithm.AesCbc or EncryptionAlgorithm.TripleDesCbc => 0,
        _ => 4,
    };

    /// <summary>Octets of the MAC's key.</summary>
    public int IntegrityKeyLength => KeyLengthOf(Integrity);

    /// <summary>Octets of the IV in each packet.</summary>
    public int IvLength => Encryption switch
    {
        EncryptionAlgorithm.Null => 0,
        EncryptionAlgorithm.AesCbc => 16,
        _ => 8,
    };

    /// <summary>Octets of the ICV at the end of each packet.</summary>
    public int IcvLength => Encryption switch
    {
        EncryptionAlgorithm.AesGcm8 or EncryptionAlgorithm.AesCcm8 => 8,
        EncryptionAlgorithm.AesGcm12 or EncryptionAlgorithm.AesCcm12 => 12,
        _ when IsCombined => 16,
        _ => IcvLengthOf(Integrity),
    };

    /// <summary>The payload with its trailer is a multiple of this many octets (RFC 4303 §2.4: never below 4).</summary>
    public int Alignment => Encryption switch
    {
        EncryptionAlgorithm.AesCbc => 16,
        EncryptionAlgorithm.TripleDesCbc => 8,
        _ => 4,
    };

    /// <summary>The name an operator types and reads, as <c>aes-128-gcm-16</c> or <c>aes-256-cbc+hmac-sha2-512-256</c>.</summary>
    public string Name => SuiteNames.Of(this);

    /// <summary>Finds a suite by its <see cref="Name"/>, letter case aside.</summary>
    public static bool TryParse(string name, out CipherSuite suite)
    {
        suite = All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase)) ?? Default;
        return string.Equals(suite.Name, name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Octets of the key of a MAC beside a cipher; 0 for <see cref="IntegrityAlgorithm.None"/>.</summary>
    public static int KeyLengthOf(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 or IntegrityAlgorithm.AesXcbc96 or IntegrityAlgorithm.AesCmac96 => 16,
        IntegrityAlgorithm.HmacSha1_96 => 20,
        IntegrityAlgorithm.HmacSha256_128 => 32,
        IntegrityAlgorithm.HmacSha384_192 => 48,
        IntegrityAlgorithm.HmacSha512_256 => 64,
        _ => 0,
    };

    /// <summary>Octets of the ICV field a MAC writes; in AH, GMAC's holds its IV too.</summary>
    public static int IcvLengthOf(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.None => 0,
        IntegrityAlgorithm.HmacSha256_128 => 16,
        IntegrityAlgorithm.HmacSha384_192 or IntegrityAlgorithm.AesGmac => 24,
        IntegrityAlgorithm.HmacSha512_256 => 32,
        _ => 12,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static IEnumerable<CipherSuite> CombinedSuites()
    {
        EncryptionAlgorithm[] aes =
        [
            EncryptionAlgorithm.AesGcm16, EncryptionAlgorithm.AesGcm12, EncryptionAlgorithm.AesGcm8, EncryptionAlgorithm.AesGmac,
            EncryptionAlgorithm.AesCcm16, EncryptionAlgorithm.AesCcm12, EncryptionAlgorithm.AesCcm8,
        ];
        return aes.SelectMany(algorithm => AesKeyBits.Select(bits => new CipherSuite(algorithm, bits)))
            .Append(new CipherSuite(EncryptionAlgorithm.ChaCha20Poly1305, 256));
    }

    private static IEnumerable<CipherSuite> PairedSuites()
    {
        (EncryptionAlgorithm, int)[] ciphers =
        [
            .. AesKeyBits.Select(bits => (EncryptionAlgorithm.AesCbc, bits)),
            .. AesKeyBits.Select(bits => (EncryptionAlgorithm.AesCtr, bits)),
            (EncryptionAlgorithm.Null, 0),
            (EncryptionAlgorithm.TripleDesCbc, 192),
        ];
        return ciphers.SelectMany(cipher => Macs.Select(mac => new CipherSuite(cipher.Item1, cipher.Item2, mac)));
    }
}
