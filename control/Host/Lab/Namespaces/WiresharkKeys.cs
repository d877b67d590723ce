using System.Text;
using IpsecDp.Crypto;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The lab's keys in the form of Wireshark's table <c>esp_sa</c>, one SA a line.</summary>
internal static class WiresharkKeys
{
    /// <summary>Writes the file for its owner alone; throws <see cref="LabException"/> where Wireshark has no name for the suite or the file cannot be written.</summary>
    public static void Write(string path, CipherSuite suite, params ReadOnlySpan<(LabSite From, LabSite To, LabKeyring Keys)> associations)
    {
        using var text = new MemoryStream(4096);
        foreach (var (from, to, keys) in associations)
        {
            var family = from.EndpointAddress.Version == IpVersion.V4 ? "IPv4" : "IPv6";
            text.Write(Encoding.ASCII.GetBytes($"\"{family}\",\"{from.Endpoint}\",\"{to.Endpoint}\",\"0x{keys.Spi:x8}\",\"{Encryption(suite)}\","));
            WriteKey(text, keys.Encryption);
            text.Write(Encoding.ASCII.GetBytes($",\"{Integrity(suite)}\","));
            WriteKey(text, keys.Integrity);
            text.WriteByte((byte)'\n');
        }

        try
        {
            SecretFolder.WritePrivate(path, text.GetBuffer().AsSpan(0, (int)text.Length));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LabException($"the file of keys {path} cannot be written: {refusal.Message}", refusal);
        }
        finally
        {
            text.GetBuffer().AsSpan().Clear();
        }
    }

    private static void WriteKey(MemoryStream text, ReadOnlySpan<byte> key)
    {
        text.Write(key.IsEmpty ? "\""u8 : "\"0x"u8);
        HexText.Write(text, key);
        text.WriteByte((byte)'"');
    }

    private static string Encryption(CipherSuite suite) => suite.Encryption switch
    {
        EncryptionAlgorithm.Null => "NULL",
        EncryptionAlgorithm.TripleDesCbc => "TripleDES-CBC [RFC2451]",
        EncryptionAlgorithm.AesCbc => "AES-CBC [RFC3602]",
        EncryptionAlgorithm.AesCtr => "AES-CTR [RFC3686]",
        EncryptionAlgorithm.AesGcm8 => "AES-GCM with 8 octet ICV [RFC4106]",
        EncryptionAlgorithm.AesGcm12 => "AES-GCM with 12 octet ICV [RFC4106]",
        EncryptionAlgorithm.AesGcm16 => "AES-GCM with 16 octet ICV [RFC4106]",
        EncryptionAlgorithm.ChaCha20Poly1305 => "ChaCha20 with Poly1305 [RFC7634]",
        _ => throw new LabException($"Wireshark has no name for {suite.Name}: leave --keys-file out or choose another suite"),
    };

    private static string Integrity(CipherSuite suite) => suite.Integrity switch
    {
        IntegrityAlgorithm.None => "NULL",
        IntegrityAlgorithm.HmacMd5_96 => "HMAC-MD5-96 [RFC2403]",
        IntegrityAlgorithm.HmacSha1_96 => "HMAC-SHA-1-96 [RFC2404]",
        IntegrityAlgorithm.HmacSha256_128 => "HMAC-SHA-256-128 [RFC4868]",
        IntegrityAlgorithm.HmacSha384_192 => "HMAC-SHA-384-192 [RFC4868]",
        IntegrityAlgorithm.HmacSha512_256 => "HMAC-SHA-512-256 [RFC4868]",
        IntegrityAlgorithm.AesXcbc96 => "ANY 96 bit authentication [no checking]",
        IntegrityAlgorithm.AesCmac96 => "ANY 96 bit authentication [no checking]",
        _ => throw new LabException($"Wireshark has no name for {suite.Name}: leave --keys-file out or choose another suite"),
    };
}
