using System.Security.Cryptography;
using IpsecDp.Crypto;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Validation;

/// <summary>Every key is there, has its algorithm's length, is not weak and, in a counter mode, belongs to one SA only.</summary>
internal sealed class KeyValidator(Findings findings)
{
    // Digests, so that comparing keys leaves no copies of them.
    private readonly Dictionary<string, SourcePosition> _counterKeys = [];

    /// <summary>Reports what the keys of a tunnel get wrong.</summary>
    public void Validate(IpManVpnAction tunnel, TunnelAlgorithms algorithms)
    {
        foreach (var (way, esp, ah) in new[] { ("Inbound", tunnel.Esp.Inbound, tunnel.Ah.Inbound), ("Outbound", tunnel.Esp.Outbound, tunnel.Ah.Outbound) })
        {
            ValidateEsp(tunnel, way, esp, algorithms);
            var name = AhName(algorithms);
            if (HasKey(tunnel, $"Ah{way}AuthKey", ah.Integrity, algorithms.AhAuthOctets, name) && algorithms.Ah is { Algorithm: IntegrityAlgorithm.AesGmac })
            {
                RequireUnique(ah.Integrity!);
            }
        }
    }

    private void ValidateEsp(IpManVpnAction tunnel, string way, DirectionKeys keys, TunnelAlgorithms algorithms)
    {
        var name = EspName(algorithms);
        var hasCipherKey = HasKey(tunnel, $"Esp{way}EncryptKey", keys.Encryption, algorithms.EspEncryptOctets, name);
        var hasMacKey = HasKey(tunnel, $"Esp{way}AuthKey", keys.Integrity, algorithms.EspAuthOctets, name);
        if (hasCipherKey && algorithms.Esp is { Encryption: EncryptionAlgorithm.TripleDesCbc })
        {
            RequireStrongTripleDes(keys.Encryption!);
        }

        if (hasCipherKey && TunnelAlgorithmValidator.CountsNonces(algorithms.Esp))
        {
            RequireUnique(keys.Encryption!);
        }

        if (hasMacKey && algorithms.IsGmacByAuth)
        {
            RequireUnique(keys.Integrity!);
        }
    }

    private bool HasKey(IpManVpnAction tunnel, string keyword, KeyMaterial? key, int octets, string algorithm)
    {
        if (key is null)
        {
            // A key that could not be read was reported where it stands.
            if (octets > 0 && !tunnel.Given.Contains(keyword))
            {
                findings.Error(tunnel.Position, ConfigRule.Key, $"{keyword} is missing: {algorithm} needs {octets} octets");
            }

            return false;
        }

        if (octets == 0)
        {
            findings.Error(key.Position, ConfigRule.Key, $"{keyword} is given, but {algorithm} has no use for it");
            return false;
        }

        if (key.Octets.Length != octets)
        {
            findings.Error(key.Position, ConfigRule.Key, $"the key has {key.Octets.Length} octets; {algorithm} needs {octets}");
            return false;
        }

        return IsStrong(key);
    }

    private bool IsStrong(KeyMaterial key)
    {
        var octets = key.Octets.Reveal();
        if (!octets.ContainsAnyExcept((byte)0))
        {
            findings.Error(key.Position, ConfigRule.WeakKey, "the key is all zeros");
            return false;
        }

        if (!octets.ContainsAnyExcept(octets[0]))
        {
            findings.Warn(key.Position, ConfigRule.WeakKey, "every octet of the key is the same");
        }

        return true;
    }

    // RFC 2451 §2.3: equal thirds make single DES of it, and a weak third weakens the whole.
    private void RequireStrongTripleDes(KeyMaterial key)
    {
        var octets = key.Octets.Reveal().ToArray();
        var isWeak = TripleDES.IsWeakKey(octets);
        for (var third = 0; third < octets.Length; third += 8)
        {
            var part = octets[third..(third + 8)];
            isWeak |= DES.IsWeakKey(part) || DES.IsSemiWeakKey(part);
            CryptographicOperations.ZeroMemory(part);
        }

        CryptographicOperations.ZeroMemory(octets);
        if (isWeak)
        {
            findings.Error(key.Position, ConfigRule.WeakKey, "the 3DES key has equal or weak thirds (RFC 2451 §2.3)");
        }
    }

    private void RequireUnique(KeyMaterial key)
    {
        var digest = Convert.ToHexString(SHA256.HashData(key.Octets.Reveal()));
        if (!_counterKeys.TryAdd(digest, key.Position))
        {
            findings.Error(
                key.Position,
                ConfigRule.WeakKey,
                $"the key at {_counterKeys[digest]} is the same: in a counter mode the nonce is salt and sequence number without the SPI, so two SAs, or both directions, would encrypt under equal nonces");
        }
    }

    private static string EspName(TunnelAlgorithms algorithms) => algorithms.Esp switch
    {
        null => "a tunnel without ESP",
        { SaltLength: > 0 } suite => $"{suite.Name} (key of {suite.KeyLength} and salt of {suite.SaltLength} octets)",
        { } suite => suite.Name,
    };

    private static string AhName(TunnelAlgorithms algorithms) => algorithms.Ah switch
    {
        null => "a tunnel without AH",
        { Algorithm: IntegrityAlgorithm.AesGmac } gmac => $"aes-{gmac.GmacKeyBits}-gmac (key of {gmac.GmacKeyBits / 8} and salt of 4 octets)",
        { } mac => SuiteNames.Of(mac.Algorithm),
    };
}
