using IpsecDp.Crypto;

namespace IpsecDp.Policy.Config;

/// <summary>What HowToEncrypt and HowToAuth come to: an ESP layer, an AH layer, or ESP inside AH.</summary>
/// <param name="Esp">ESP's suite; null without ESP.</param>
/// <param name="IsGmacByAuth">Whether ESP's GMAC was asked for by HowToAuth, so that its key is the AuthKey.</param>
/// <param name="Ah">AH's algorithm; null without AH.</param>
internal sealed record TunnelAlgorithms(CipherSuite? Esp, bool IsGmacByAuth, Authentication? Ah)
{
    /// <summary>Octets of ESP's EncryptKey: the key and the salt behind it.</summary>
    public int EspEncryptOctets => Esp is null || IsGmacByAuth ? 0 : Esp.KeyLength + Esp.SaltLength;

    /// <summary>Octets of ESP's AuthKey.</summary>
    public int EspAuthOctets => Esp is null ? 0 : IsGmacByAuth ? Esp.KeyLength + Esp.SaltLength : Esp.IntegrityKeyLength;

    /// <summary>Octets of AH's AuthKey; GMAC's salt has 4 (RFC 4543 §3.2).</summary>
    public int AhAuthOctets => Ah is null ? 0 : Ah.Algorithm == IntegrityAlgorithm.AesGmac ? (Ah.GmacKeyBits / 8) + 4 : CipherSuite.KeyLengthOf(Ah.Algorithm);
}
