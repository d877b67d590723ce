using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2;

/// <summary>Between offers and the suite an IKE SA works with.</summary>
internal static class SuiteChoice
{
    /// <summary>The suite of what was agreed; false for an algorithm IKE SAs here do not work with.</summary>
    public static bool TryMap(Agreement agreement, [NotNullWhen(true)] out IkeSuite? suite)
    {
        suite = null;
        IntegrityTransform? integrity = null;
        if (agreement.Encryption is not { } encryption || !EncryptionTransform.TryFind(encryption.Id, encryption.KeyBits, out var cipher)
            || agreement.Prf is not { } function || !PrfTransform.TryFind(function.Id, out var prf)
            || !KeyExchangeMethod.TryFind(agreement.KeyExchange, out var method)
            || (agreement.Integrity is { } mac && !IntegrityTransform.TryFind(mac.Id, out integrity))
            || cipher!.IsCombined != integrity is null)
        {
            return false;
        }

        suite = new(cipher, integrity, prf!, method!);
        return true;
    }

    /// <summary>The offers without key exchanges the platform has not; an offer that needs one of them is left out.</summary>
    public static ValueList<Offer> Usable(ValueList<Offer> offers)
    {
        if (offers.All(offer => offer.Transforms.All(IsUsable)))
        {
            return offers;
        }

        var usable = new List<Offer>();
        foreach (var offer in offers)
        {
            ValueList<Transform> transforms = [.. offer.Transforms.Where(IsUsable)];
            if (offer.Transforms.All(old => transforms.Any(left => left.Type == old.Type)) && Offer.FaultOf(offer.Protocol, transforms) is null)
            {
                usable.Add(new(offer.Protocol, transforms));
            }
        }

        return [.. usable];
    }

    /// <summary>Proposals of all offers, numbered one after the other.</summary>
    public static SaPayload Propose(ValueList<Offer> offers, Octets spi, bool withoutKeyExchange)
    {
        var proposals = new List<Proposal>();
        foreach (var offer in offers)
        {
            proposals.AddRange(offer.ToProposals((byte)(proposals.Count + 1), spi, withoutKeyExchange));
        }

        return new([.. proposals]);
    }

    /// <summary>The method the first offer prefers; null for none.</summary>
    public static ushort? PreferredMethod(ValueList<Offer> offers) =>
        offers.Count == 0 ? null : offers[0].Transforms.FirstOrDefault(transform => transform.Type == TransformType.KeyExchange && transform.Id != Transform.NoneId)?.Id;

    /// <summary>Whether any offer has a method for its first key exchange.</summary>
    public static bool Offers(ValueList<Offer> offers, ushort method) =>
        offers.Any(offer => offer.Transforms.Any(transform => transform.Type == TransformType.KeyExchange && transform.Id == method));

    private static bool IsUsable(Transform transform) =>
        TransformRules.FamilyOf(transform.Type) != TransformType.KeyExchange || transform.Id == Transform.NoneId
        || (KeyExchangeMethod.TryFind(transform.Id, out var method) && method!.IsAvailable);
}
