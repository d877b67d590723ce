using IpsecDp.Crypto;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Binding;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Compile;

/// <summary>Turns the IpDataOffers of a dynamic tunnel into offers of ESP or AH, and refuses what must not stand in one.</summary>
internal sealed class DataOfferCompiler(PolicyConfig config, Findings findings)
{
    private readonly bool _isFips = config.FilterPolicy is { Fips140: true };
    private readonly AdditionalExchangeCompiler _additional = new(config.FilterPolicy is { Fips140: true }, findings);

    /// <summary>The offers of an action, or the default one; what is refused is left out.</summary>
    public List<Offer> Compile(IpDynVpnAction action)
    {
        RequireGroups(action);
        RequireAdditional(action);
        if (action.ExtendedSequenceNumbers is { Value: true } extended && action.ReplayWindow is { Value: 0 })
        {
            findings.Error(extended.Position, ConfigRule.Tunnel, "ExtendedSequenceNumbers needs a replay window: without it the high half of a number cannot be known (RFC 4303 §2.2.1)");
        }

        var offers = new List<Offer>();
        foreach (var use in action.Offers)
        {
            if (use.In(config.DataOffers) is { } offer && Compile(offer, action) is { } compiled)
            {
                offers.Add(compiled);
            }
        }

        return action.Offers.Count > 0 ? offers : [Esp(action, Transforms.Encryption("aes-256-gcm-16"), null), Esp(action, Transforms.Encryption("aes-128-gcm-16"), null)];
    }

    private Offer? Compile(IpDataOffer offer, IpDynVpnAction action)
    {
        var authentication = offer.Authentication?.Value;
        var position = offer.Encryption?.Position ?? offer.Authentication?.Position ?? offer.Position;
        if (authentication is { Layer: SaProtocol.Ah } ah)
        {
            return Ah(offer, ah.Authentication, action, position);
        }

        var cipher = offer.Encryption?.Value ?? new Cipher(EncryptionAlgorithm.AesGcm16, 256);
        var suite = Suite(cipher, authentication?.Authentication, position);
        if (suite is null || !IsAllowed(suite, action, position))
        {
            return null;
        }

        var integrity = suite.Integrity == IntegrityAlgorithm.None ? null : AlgorithmWords.Integrity(suite.Integrity);
        return Esp(action, Transforms.Encryption(SuiteNames.Of(suite.Encryption, suite.KeyBits)), integrity);
    }

    private CipherSuite? Suite(Cipher cipher, Authentication? authentication, SourcePosition position)
    {
        var suite = cipher.IsNone switch
        {
            true when authentication is { Algorithm: IntegrityAlgorithm.AesGmac } => new CipherSuite(EncryptionAlgorithm.AesGmac, authentication.GmacKeyBits),
            true => new CipherSuite(EncryptionAlgorithm.Null, 0, authentication?.Algorithm ?? IntegrityAlgorithm.None),
            false => new CipherSuite(cipher.Algorithm, cipher.KeyBits),
        };
        if (!cipher.IsNone && !suite.IsCombined)
        {
            suite = suite with { Integrity = authentication?.Algorithm ?? IntegrityAlgorithm.HmacSha256_128 };
        }
        else if (!cipher.IsNone && authentication is { IsNull: false })
        {
            findings.Error(position, ConfigRule.Algorithm, $"{suite.Name} authenticates by itself: HowToAuth ESP is NULL or left out");
            return null;
        }

        // RFC 4303 §2.7 warns of it: unauthenticated ciphertext can be turned against its own plaintext.
        if (!suite.IsCombined && (suite.Integrity is IntegrityAlgorithm.None or IntegrityAlgorithm.AesGmac || !CipherSuite.All.Contains(suite)))
        {
            findings.Error(position, ConfigRule.Algorithm, "HowToEncrypt and HowToAuth do not make a suite that protects: name a cipher and an integrity algorithm, or AES_GCM");
            return null;
        }

        return suite;
    }

    private bool IsAllowed(CipherSuite suite, IpDynVpnAction action, SourcePosition position)
    {
        if (suite.IsLegacy && !action.AllowLegacy)
        {
            findings.Error(position, ConfigRule.Legacy, "3DES and HMAC_MD5 are kept for old peers only and need AllowLegacy Yes in the IpDynVpnAction");
            return false;
        }

        if (_isFips && (suite.IsLegacy || suite is { Encryption: EncryptionAlgorithm.ChaCha20Poly1305 } or { Integrity: IntegrityAlgorithm.AesXcbc96 }))
        {
            findings.Error(position, ConfigRule.Algorithm, "FIPS140 yes takes AES, HMAC_SHA1, HMAC_SHA2, AES_CMAC and GMAC only");
            return false;
        }

        return true;
    }

    private Offer? Ah(IpDataOffer offer, Authentication mac, IpDynVpnAction action, SourcePosition position)
    {
        if (offer.Encryption is { Value.IsNone: false } cipher)
        {
            findings.Error(cipher.Position, ConfigRule.Unsupported, "ESP inside AH is not negotiated: take HowToAuth ESP, or HowToEncrypt DoNot");
            return null;
        }

        if (AlgorithmWords.Integrity(mac.Algorithm) is not { } name)
        {
            findings.Error(offer.Authentication!.Position, ConfigRule.Algorithm, "AH is negotiated with an HMAC, AES128_XCBC_96 or AES_CMAC_96");
            return null;
        }

        var suite = new CipherSuite(EncryptionAlgorithm.Null, 0, mac.Algorithm);
        return IsAllowed(suite, action, position) ? new Offer(ProtocolId.Ah, [Transforms.Integrity(name), .. Common(action)]) : null;
    }

    private Offer Esp(IpDynVpnAction action, Transform encryption, string? integrity) => new(
        ProtocolId.Esp,
        [encryption, .. integrity is null ? Array.Empty<Transform>() : [Transforms.Integrity(integrity)], .. Common(action)]);

    // Forward secrecy where nothing is said: a child's keys do not follow from those of its IKE SA.
    private IEnumerable<Transform> Common(IpDynVpnAction action)
    {
        var groups = Groups(action);
        if (groups is not [KeyExchangeValues.NoGroup])
        {
            foreach (var group in groups)
            {
                yield return Transforms.KeyExchange(group);
            }
        }

        foreach (var further in AdditionalExchangeCompiler.Compile(action.Additional))
        {
            yield return further;
        }

        if (action.ExtendedSequenceNumbers?.Value ?? action.ReplayWindow is not { Value: 0 })
        {
            yield return Transforms.ExtendedNumbers;
        }

        yield return Transforms.PlainNumbers;
    }

    private string[] Groups(IpDynVpnAction action) => action.Groups.Count > 0 ? [.. action.Groups.Select(g => g.Value)] : [_isFips ? "ecp-256" : "curve25519"];

    private void RequireAdditional(IpDynVpnAction action)
    {
        _additional.Require(action.Additional, Groups(action), action.AllowLegacy);

        // RFC 9370 §2.2.4: what is further comes behind the KE payload of CREATE_CHILD_SA.
        if (action.Additional.Count > 0 && action.Groups.FirstOrDefault(group => group.Value == KeyExchangeValues.NoGroup) is { } none)
        {
            findings.Error(none.Position, ConfigRule.Algorithm, "None leaves AdditionalKeyExchange without a first key exchange: name groups only");
        }
    }

    private void RequireGroups(IpDynVpnAction action)
    {
        foreach (var group in action.Groups)
        {
            if (AlgorithmWords.IsLegacyGroup(group.Value) && !action.AllowLegacy)
            {
                findings.Error(group.Position, ConfigRule.Legacy, "Group2, Group5 and Group24 are kept for old peers only and need AllowLegacy Yes");
            }

            if (_isFips && (group.Value == "curve25519" || AlgorithmWords.IsLegacyGroup(group.Value)))
            {
                findings.Error(group.Position, ConfigRule.Algorithm, "FIPS140 yes takes Group14 to Group21 only");
            }
        }
    }
}
