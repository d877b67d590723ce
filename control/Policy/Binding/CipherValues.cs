using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>HowToEncrypt and HowToAuth.</summary>
internal static class CipherValues
{
    private const uint DefaultKeyBits = 128;

    private static readonly (string Word, EncryptionAlgorithm Algorithm)[] AesModes =
    [
        ("AES_CBC", EncryptionAlgorithm.AesCbc), ("AES_CTR", EncryptionAlgorithm.AesCtr), ("AES_GMAC", EncryptionAlgorithm.AesGmac),
        ("AES_GCM_8", EncryptionAlgorithm.AesGcm8), ("AES_GCM_12", EncryptionAlgorithm.AesGcm12), ("AES_GCM_16", EncryptionAlgorithm.AesGcm16),
        ("AES_CCM_8", EncryptionAlgorithm.AesCcm8), ("AES_CCM_12", EncryptionAlgorithm.AesCcm12), ("AES_CCM_16", EncryptionAlgorithm.AesCcm16),
    ];

    private static readonly ValueParser<SaProtocol> Layer = Choice.Of(("ESP", SaProtocol.Esp), ("AH", SaProtocol.Ah));

    private static readonly ValueParser<Authentication> Algorithm = Choice.Of<Authentication>(
        ("HMAC_SHA2_256_128", new(IntegrityAlgorithm.HmacSha256_128)),
        ("HMAC_SHA2_384_192", new(IntegrityAlgorithm.HmacSha384_192)),
        ("HMAC_SHA2_512_256", new(IntegrityAlgorithm.HmacSha512_256)),
        ("HMAC_SHA1", new(IntegrityAlgorithm.HmacSha1_96)),
        ("HMAC_MD5", new(IntegrityAlgorithm.HmacMd5_96)),
        ("AES128_XCBC_96", new(IntegrityAlgorithm.AesXcbc96)),
        ("AES_CMAC_96", new(IntegrityAlgorithm.AesCmac96)),
        ("AES_GMAC_128", new(IntegrityAlgorithm.AesGmac, 128)),
        ("AES_GMAC_192", new(IntegrityAlgorithm.AesGmac, 192)),
        ("AES_GMAC_256", new(IntegrityAlgorithm.AesGmac, 256)),
        ("NULL", new(IntegrityAlgorithm.None)));

    /// <summary>DoNot, 3DES, CHACHA20_POLY1305, or an AES mode with <c>KeyLength</c> 128, 192 or 256.</summary>
    public static bool Encryption(ValueCursor cursor, out Cipher cipher)
    {
        cipher = new Cipher(EncryptionAlgorithm.Null, 0);
        if (!cursor.TryTake("DoNot or an algorithm", out var word))
        {
            return false;
        }

        if (word.Is("DoNot"))
        {
            return true;
        }

        if (word.Is("DES"))
        {
            return cursor.Refuse(word, ConfigRule.Unsupported, "DES is not supported: its 56-bit key is found in hours");
        }

        if (word.Is("3DES") || word.Is("CHACHA20_POLY1305"))
        {
            cipher = word.Is("3DES") ? new(EncryptionAlgorithm.TripleDesCbc, 192) : new(EncryptionAlgorithm.ChaCha20Poly1305, 256);
            return true;
        }

        // Plain AES is z/OS's older word for AES_CBC.
        var name = word.Is("AES") ? "AES_CBC" : word.Text();
        var mode = Array.FindIndex(AesModes, m => m.Word.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (mode < 0)
        {
            return cursor.Refuse(word, ConfigRule.Value, UnknownText(word));
        }

        if (!TryKeyBits(cursor, out var bits))
        {
            return false;
        }

        cipher = new Cipher(AesModes[mode].Algorithm, (int)bits);
        return true;
    }

    /// <summary>ESP or AH and the algorithm.</summary>
    public static bool Authenticate(ValueCursor cursor, out (SaProtocol Layer, Authentication Authentication) value)
    {
        value = default;
        if (!Layer(cursor, out var layer) || !Algorithm(cursor, out var authentication))
        {
            return false;
        }

        value = (layer, authentication);
        return true;
    }

    private static bool TryKeyBits(ValueCursor cursor, out uint bits)
    {
        bits = DefaultKeyBits;
        if (!cursor.TrySkip("KeyLength"))
        {
            return true;
        }

        if (!cursor.TryTake("128, 192 or 256", out var word))
        {
            return false;
        }

        return (NumberText.TryParse(word.Span, out bits) && bits is 128 or 192 or 256)
            || cursor.Refuse(word, ConfigRule.Value, $"{word.Quote()} is not a key length of AES: 128, 192 or 256");
    }

    private static string UnknownText(Word word)
    {
        string[] known = ["DoNot", "3DES", "CHACHA20_POLY1305", .. AesModes.Select(m => m.Word)];
        return $"{word.Quote()} is not one of {string.Join(", ", known)}";
    }
}
