using IpsecDp.Crypto;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Negotiation;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Compile;

/// <summary>Turns KeyExchangeOffers into offers for an IKE SA, and refuses what must not stand in one.</summary>
internal sealed class ExchangeOfferCompiler(PolicyConfig config, Findings findings)
{
    private readonly bool _isFips = config.FilterPolicy is { Fips140: true };
    private readonly AdditionalExchangeCompiler _additional = new(config.FilterPolicy is { Fips140: true }, findings);

    /// <summary>The offers of an action, or the default ones; what is refused is left out.</summary>
    public List<Offer> Compile(KeyExchangeAction? action)
    {
        var offers = new List<Offer>();
        foreach (var use in action?.Offers ?? [])
        {
            if (use.In(config.ExchangeOffers) is { } offer && Compile(offer, action!.AllowLegacy) is { } compiled)
            {
                offers.Add(compiled);
            }
        }

        return action is { Offers.Count: > 0 } ? offers : [Default()];
    }

    private Offer? Compile(KeyExchangeOffer offer, bool allowsLegacy)
    {
        var cipher = offer.Encryption?.Value ?? new Cipher(EncryptionAlgorithm.AesGcm16, 256);
        var position = offer.Encryption?.Position ?? offer.Position;
        var errorsBefore = findings.ErrorCount;
        if (cipher.Algorithm is EncryptionAlgorithm.Null or EncryptionAlgorithm.AesCtr or EncryptionAlgorithm.AesGmac or EncryptionAlgorithm.AesCcm8 or EncryptionAlgorithm.AesCcm12 or EncryptionAlgorithm.AesCcm16)
        {
            findings.Error(position, ConfigRule.Algorithm, "an IKE SA is encrypted by AES_GCM, AES_CBC, CHACHA20_POLY1305 or 3DES");
            return null;
        }

        var isCombined = new CipherSuite(cipher.Algorithm, cipher.KeyBits).IsCombined;
        if (isCombined && offer.Integrity is { } both)
        {
            findings.Error(both.Position, ConfigRule.Algorithm, "HowToEncrypt authenticates by itself: leave HowToVerifyMsgs out");
        }

        RequireAllowed(offer, cipher, position, allowsLegacy);
        _additional.Require(offer.Additional, Groups(offer), allowsLegacy);
        if (findings.ErrorCount != errorsBefore)
        {
            return null;
        }

        return new Offer(
            ProtocolId.Ike,
            [
                Transforms.Encryption(SuiteNames.Of(cipher.Algorithm, cipher.KeyBits)),
                .. Names(offer.Prfs, "hmac-sha2-256").Select(Transforms.Prf),
                .. isCombined ? Array.Empty<Transform>() : [Transforms.Integrity(offer.Integrity?.Value ?? "hmac-sha2-256-128")],
                .. Groups(offer).Select(Transforms.KeyExchange),
                .. AdditionalExchangeCompiler.Compile(offer.Additional),
            ]);
    }

    private void RequireAllowed(KeyExchangeOffer offer, Cipher cipher, SourcePosition position, bool allowsLegacy)
    {
        if (cipher.Algorithm == EncryptionAlgorithm.TripleDesCbc && !allowsLegacy)
        {
            findings.Error(position, ConfigRule.Legacy, "3DES is kept for old peers only and needs AllowLegacy Yes in the KeyExchangeAction");
        }

        foreach (var group in offer.Groups)
        {
            if (AlgorithmWords.IsLegacyGroup(group.Value) && !allowsLegacy)
            {
                findings.Error(group.Position, ConfigRule.Legacy, "Group2, Group5 and Group24 are kept for old peers only and need AllowLegacy Yes in the KeyExchangeAction");
            }

            if (_isFips && (group.Value == "curve25519" || AlgorithmWords.IsLegacyGroup(group.Value)))
            {
                findings.Error(group.Position, ConfigRule.Algorithm, "FIPS140 yes takes Group14 to Group21 only");
            }
        }

        if (_isFips && cipher.Algorithm is EncryptionAlgorithm.ChaCha20Poly1305 or EncryptionAlgorithm.TripleDesCbc)
        {
            findings.Error(position, ConfigRule.Algorithm, "FIPS140 yes takes AES only");
        }
    }

    private Offer Default() => new(
        ProtocolId.Ike,
        [
            Transforms.Encryption("aes-256-gcm-16"),
            Transforms.Encryption("aes-128-gcm-16"),
            Transforms.Prf("hmac-sha2-256"),
            Transforms.Prf("hmac-sha2-512"),
            .. DefaultGroups.Select(Transforms.KeyExchange),
        ]);

    private IEnumerable<string> DefaultGroups => _isFips ? ["ecp-256", "modp-2048"] : ["curve25519", "ecp-256"];

    private List<string> Groups(KeyExchangeOffer offer)
    {
        if (offer.Groups.Count > 0)
        {
            return [.. offer.Groups.Select(g => g.Value).Distinct()];
        }

        // What is to be run further is no choice for the first exchange; when that leaves none, the lines are refused.
        List<string> left = [.. DefaultGroups.Except(offer.Additional.Select(method => method.Value))];
        return left.Count > 0 ? left : [.. DefaultGroups];
    }

    private static IEnumerable<string> Names(IReadOnlyList<Placed<string>> given, string fallback) => given.Count > 0 ? given.Select(g => g.Value).Distinct() : [fallback];
}
