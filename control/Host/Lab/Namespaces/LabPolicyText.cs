using System.Globalization;
using System.Net.Sockets;
using System.Text;
using IpsecDp.Crypto;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>The policy file of one host of a lab, as an operator would write it; built as octets, because a string with keys could not be zeroed.</summary>
internal static class LabPolicyText
{
    private const int MostOctets = 8192;

    private const int ReplayWindow = 8192;

    /// <summary>Writes the file's text; the caller zeroes it.</summary>
    public static byte[] Write(LabSite own, LabSite peer, LabOptions options, LabKeyring outbound, LabKeyring inbound)
    {
        // Never grown, so that no copy with keys stays behind.
        var text = new MemoryStream(MostOctets);
        Lines(text, ["IpFilterPolicy", "{", .. own.Families.Select(family => $"IpFilterRuleRef {RuleOf(family)}"), "}"]);
        foreach (var family in own.Families)
        {
            WriteRule(text, RuleOf(family), $"{own.ApplicationOf(family)}", $"{peer.ApplicationOf(family)}", "lab");
        }

        WriteAction(text);
        WriteTunnel(text, "lab", $"{own.Endpoint}", $"{peer.Endpoint}", options, outbound, inbound);
        var octets = text.ToArray();
        text.GetBuffer().AsSpan().Clear();
        return octets;
    }

    /// <summary>Appends a manual tunnel between two security endpoints.</summary>
    public static void WriteTunnel(MemoryStream text, string name, string local, string remote, LabOptions options, LabKeyring outbound, LabKeyring inbound)
    {
        var suite = options.Suite;
        Lines(
            text,
            $"IpManVpnAction {name}",
            "{",
            $"LocalSecurityEndpointAddr {local}",
            $"RemoteSecurityEndpointAddr {remote}",
            $"HowToEncap {options.Mode}",
            $"HowToEncrypt {Encryption(suite)}");
        if (!suite.IsCombined)
        {
            Lines(text, $"HowToAuth ESP {Integrity(suite.Integrity)}");
        }

        WriteKeys(text, "Outbound", outbound);
        WriteKeys(text, "Inbound", inbound);
        Lines(text, "ExtendedSequenceNumbers Yes", string.Create(CultureInfo.InvariantCulture, $"ReplayWindow {ReplayWindow}"), $"UdpEncapsulation {YesNo(options.IsInUdp)}", $"AllowLegacy {YesNo(suite.IsLegacy)}", "}");
    }

    private static string RuleOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "Inside4" : "Inside6";

    /// <summary>Appends a rule that protects what two addresses exchange by a tunnel.</summary>
    public static void WriteRule(MemoryStream text, string name, string source, string destination, string tunnel) => Lines(
        text,
        $"IpFilterRule {name}",
        "{",
        $"IpSourceAddr {source}",
        $"IpDestAddr {destination}",
        "IpGenericFilterActionRef Protect",
        $"IpManVpnActionRef {tunnel}",
        "}");

    private static void WriteKeys(MemoryStream text, string direction, LabKeyring keys)
    {
        Lines(text, $"Esp{direction}Spi 0x{keys.Spi:x8}");
        WriteKey(text, $"Esp{direction}EncryptKey Hex ", keys.Encryption);
        WriteKey(text, $"Esp{direction}AuthKey Hex ", keys.Integrity);
    }

    private static void WriteKey(MemoryStream text, string attribute, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            return;
        }

        text.Write(Encoding.ASCII.GetBytes(attribute));
        HexText.Write(text, key);
        text.WriteByte((byte)'\n');
    }

    /// <summary>Appends the action that rules refer to.</summary>
    public static void WriteAction(MemoryStream text) => Lines(text, "IpGenericFilterAction Protect", "{", "IpFilterAction IpSec", "}");

    /// <summary>Appends lines.</summary>
    public static void Lines(MemoryStream text, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            text.Write(Encoding.ASCII.GetBytes(line));
            text.WriteByte((byte)'\n');
        }
    }

    /// <summary>A yes or no as a policy has it.</summary>
    public static string YesNo(bool isSo) => isSo ? "Yes" : "No";

    /// <summary>HowToEncrypt of a suite.</summary>
    public static string Encryption(CipherSuite suite) => suite.Encryption switch
    {
        EncryptionAlgorithm.Null => "DoNot",
        EncryptionAlgorithm.TripleDesCbc => "3DES",
        EncryptionAlgorithm.ChaCha20Poly1305 => "CHACHA20_POLY1305",
        EncryptionAlgorithm.AesCbc => Aes("CBC", suite),
        EncryptionAlgorithm.AesCtr => Aes("CTR", suite),
        EncryptionAlgorithm.AesGmac => Aes("GMAC", suite),
        EncryptionAlgorithm.AesGcm8 => Aes("GCM_8", suite),
        EncryptionAlgorithm.AesGcm12 => Aes("GCM_12", suite),
        EncryptionAlgorithm.AesGcm16 => Aes("GCM_16", suite),
        EncryptionAlgorithm.AesCcm8 => Aes("CCM_8", suite),
        EncryptionAlgorithm.AesCcm12 => Aes("CCM_12", suite),
        EncryptionAlgorithm.AesCcm16 => Aes("CCM_16", suite),
        _ => throw new LabException($"a policy file has no word for {suite.Name}: choose another suite"),
    };

    private static string Aes(string mode, CipherSuite suite) => string.Create(CultureInfo.InvariantCulture, $"AES_{mode} KeyLength {suite.KeyBits}");

    /// <summary>HowToAuth ESP of a suite.</summary>
    public static string Integrity(IntegrityAlgorithm algorithm) => algorithm switch
    {
        IntegrityAlgorithm.HmacMd5_96 => "HMAC_MD5",
        IntegrityAlgorithm.HmacSha1_96 => "HMAC_SHA1",
        IntegrityAlgorithm.HmacSha256_128 => "HMAC_SHA2_256_128",
        IntegrityAlgorithm.HmacSha384_192 => "HMAC_SHA2_384_192",
        IntegrityAlgorithm.HmacSha512_256 => "HMAC_SHA2_512_256",
        IntegrityAlgorithm.AesXcbc96 => "AES128_XCBC_96",
        IntegrityAlgorithm.AesCmac96 => "AES_CMAC_96",
        _ => throw new LabException($"a policy file has no word for {algorithm}: choose another suite"),
    };
}
