using IpsecDp.Crypto;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Daemon.Wireshark;

/// <summary>Wireshark's table <c>esp_sa</c>: one SA a line, of the suites it has a name for.</summary>
public static class EspTable
{
    /// <summary>Whether Wireshark has a name for the suite.</summary>
    public static bool Knows(CipherSuite suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return Encryption(suite) is not null && Integrity(suite) is not null;
    }

    /// <summary>Adds an SA of a suite Wireshark knows; <paramref name="encryption"/> has the salt behind the key.</summary>
    public static void Add(KeyText text, CipherSuite suite, IpAddress from, IpAddress to, uint spi, ReadOnlySpan<byte> encryption, ReadOnlySpan<byte> integrity)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(suite);
        text.Add($"\"{(from.Version == IpVersion.V4 ? "IPv4" : "IPv6")}\",\"{from}\",\"{to}\",\"0x{spi:x8}\",\"{Encryption(suite)}\",\"{Prefix(encryption)}");
        text.AddSecret(encryption);
        text.Add($"\",\"{Integrity(suite)}\",\"{Prefix(integrity)}");
        text.AddSecret(integrity);
        text.Add("\"\n");
    }

    private static string Prefix(ReadOnlySpan<byte> key) => key.IsEmpty ? "" : "0x";

    private static string? Encryption(CipherSuite suite) => suite.Encryption switch
    {
        EncryptionAlgorithm.Null => "NULL",
        EncryptionAlgorithm.TripleDesCbc => "TripleDES-CBC [RFC2451]",
        EncryptionAlgorithm.AesCbc => "AES-CBC [RFC3602]",
        EncryptionAlgorithm.AesCtr => "AES-CTR [RFC3686]",
        EncryptionAlgorithm.AesGcm8 => "AES-GCM with 8 octet ICV [RFC4106]",
        EncryptionAlgorithm.AesGcm12 => "AES-GCM with 12 octet ICV [RFC4106]",
        EncryptionAlgorithm.AesGcm16 => "AES-GCM with 16 octet ICV [RFC4106]",
        EncryptionAlgorithm.ChaCha20Poly1305 => "ChaCha20 with Poly1305 [RFC7634]",
        _ => null,
    };

    private static string? Integrity(CipherSuite suite) => suite.Integrity switch
    {
        IntegrityAlgorithm.None => "NULL",
        IntegrityAlgorithm.HmacMd5_96 => "HMAC-MD5-96 [RFC2403]",
        IntegrityAlgorithm.HmacSha1_96 => "HMAC-SHA-1-96 [RFC2404]",
        IntegrityAlgorithm.HmacSha256_128 => "HMAC-SHA-256-128 [RFC4868]",
        IntegrityAlgorithm.HmacSha384_192 => "HMAC-SHA-384-192 [RFC4868]",
        IntegrityAlgorithm.HmacSha512_256 => "HMAC-SHA-512-256 [RFC4868]",
        IntegrityAlgorithm.AesXcbc96 or IntegrityAlgorithm.AesCmac96 => "ANY 96 bit authentication [no checking]",
        _ => null,
    };
}
