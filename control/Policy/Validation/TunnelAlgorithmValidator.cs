using IpsecDp.Crypto;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Validation;

/// <summary>Nothing is encrypted without being authenticated, and old algorithms are taken only on request.</summary>
internal static class TunnelAlgorithmValidator
{
    /// <summary>What the tunnel's words come to; null, reported, when they do not fit together.</summary>
    public static TunnelAlgorithms? Choose(IpManVpnAction tunnel, bool isFips, Findings findings)
    {
        if (tunnel.Encryption is not { } encryption || !TryEsp(tunnel, encryption, findings, out var esp, out var isGmacByAuth))
        {
            return null;
        }

        if (tunnel.AhAuthentication is { Value.IsNull: true } nothing)
        {
            findings.Error(nothing.Position, ConfigRule.Algorithm, "AH without an algorithm does not exist; leave HowToAuth AH out");
            return null;
        }

        if (esp is null && tunnel.AhAuthentication is null)
        {
            // A HowToAuth that could not be read was reported where it stands.
            if (!tunnel.Given.Contains("HowToAuth"))
            {
                findings.Error(encryption.Position, ConfigRule.Algorithm, "HowToEncrypt DoNot needs HowToAuth: the tunnel would neither encrypt nor authenticate");
            }

            return null;
        }

        var chosen = new TunnelAlgorithms(esp, isGmacByAuth, tunnel.AhAuthentication?.Value);
        WarnOfCounters(tunnel, encryption.Position, chosen, findings);
        return IsAllowed(tunnel, encryption.Position, chosen, isFips, findings) ? chosen : null;
    }

    private static bool TryEsp(IpManVpnAction tunnel, Placed<Cipher> encryption, Findings findings, out CipherSuite? suite, out bool isGmacByAuth)
    {
        var cipher = encryption.Value;
        var mac = tunnel.EspAuthentication;
        isGmacByAuth = false;
        suite = null;
        if (cipher.IsNone)
        {
            return TryAuthenticationOnly(mac, findings, out suite, out isGmacByAuth);
        }

        suite = new CipherSuite(cipher.Algorithm, cipher.KeyBits);
        if (suite.IsCombined)
        {
            if (mac is { Value.IsNull: false })
            {
                findings.Error(mac.Position, ConfigRule.Algorithm, $"{suite.Name} authenticates by itself: HowToAuth ESP is NULL or left out");
                return false;
            }

            return true;
        }

        if (mac is null or { Value.IsNull: true })
        {
            if (mac is not null || tunnel.AhAuthentication is not null || !tunnel.Given.Contains("HowToAuth"))
            {
                // RFC 4303 §2.7 warns of it, and CVE-2005-0039 showed it: unauthenticated ciphertext can be turned against its own plaintext.
                findings.Error(mac?.Position ?? encryption.Position, ConfigRule.Algorithm, "encryption without integrity is refused: name an algorithm in HowToAuth ESP");
            }

            return false;
        }

        if (mac.Value.Algorithm == IntegrityAlgorithm.AesGmac)
        {
            findings.Error(mac.Position, ConfigRule.Algorithm, "AES_GMAC does not stand beside a cipher; AES_GCM encrypts and authenticates with one key");
            return false;
        }

        suite = suite with { Integrity = mac.Value.Algorithm };
        return true;
    }

    private static bool TryAuthenticationOnly(Placed<Authentication>? mac, Findings findings, out CipherSuite? suite, out bool isGmac)
    {
        suite = null;
        isGmac = mac is { Value.Algorithm: IntegrityAlgorithm.AesGmac };
        if (mac is null)
        {
            return true;
        }

        if (mac.Value.IsNull)
        {
            findings.Error(mac.Position, ConfigRule.Algorithm, "HowToEncrypt DoNot with HowToAuth ESP NULL protects nothing; for AH alone leave HowToAuth ESP out");
            return false;
        }

        suite = isGmac ? new CipherSuite(EncryptionAlgorithm.AesGmac, mac.Value.GmacKeyBits) : new CipherSuite(EncryptionAlgorithm.Null, 0, mac.Value.Algorithm);
        return true;
    }

    private static bool IsAllowed(IpManVpnAction tunnel, SourcePosition position, TunnelAlgorithms chosen, bool isFips, Findings findings)
    {
        var isLegacy = chosen.Esp is { IsLegacy: true } || chosen.Ah is { Algorithm: IntegrityAlgorithm.HmacMd5_96 };
        if (isLegacy && !tunnel.AllowLegacy)
        {
            findings.Error(position, ConfigRule.Legacy, "3DES and HMAC_MD5 are kept for old peers only and need AllowLegacy Yes");
            return false;
        }

        if (isFips && (isLegacy || !IsApproved(chosen)))
        {
            findings.Error(position, ConfigRule.Algorithm, "FIPS140 yes takes AES, HMAC_SHA1, HMAC_SHA2, AES_CMAC and GMAC only");
            return false;
        }

        if (isLegacy)
        {
            findings.Warn(position, ConfigRule.Legacy, "3DES and HMAC_MD5 are weak; replace them as soon as the peer allows");
        }

        return true;
    }

    private static bool IsApproved(TunnelAlgorithms chosen) =>
        chosen.Esp is not ({ Encryption: EncryptionAlgorithm.ChaCha20Poly1305 } or { Integrity: IntegrityAlgorithm.AesXcbc96 })
        && chosen.Ah is not { Algorithm: IntegrityAlgorithm.AesXcbc96 };

    private static void WarnOfCounters(IpManVpnAction tunnel, SourcePosition position, TunnelAlgorithms chosen, Findings findings)
    {
        if (tunnel.IsActive && (CountsNonces(chosen.Esp) || chosen.Ah is { Algorithm: IntegrityAlgorithm.AesGmac }))
        {
            findings.Warn(position, ConfigRule.Algorithm, "a counter mode with keys set by hand repeats its nonces when either host starts again with the same keys and without the numbers it has used (RFC 4106 §2): keep them with --state, and give fresh keys where they are lost");
        }
    }

    /// <summary>Whether the suite's nonce is its salt and the sequence number, so that a key must never serve two SAs.</summary>
    internal static bool CountsNonces(CipherSuite? suite) =>
        suite is { Encryption: not (EncryptionAlgorithm.Null or EncryptionAlgorithm.AesCbc or EncryptionAlgorithm.TripleDesCbc) };
}
