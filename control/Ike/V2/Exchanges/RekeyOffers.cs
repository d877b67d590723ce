using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>What is offered and taken for a successor of an IKE SA: what is for the first one, further key exchanges included (RFC 9370 §2.2.4).</summary>
internal static class RekeyOffers
{
    /// <summary>The connection's offers, as far as this platform has them.</summary>
    public static ValueList<Offer> Of(ConnectionModel connection) => SuiteChoice.Usable(connection.Offers);

    /// <summary>Whether there is none.</summary>
    public static bool AreNone(ConnectionModel connection) => Of(connection).Count == 0;

    /// <summary>Whether every offer insists on further key exchanges.</summary>
    public static bool Insist(ConnectionModel connection) => Of(connection).All(Insists);

    private static bool Insists(Offer offer) => offer.Transforms.Where(transform => TransformRules.IsAdditionalKeyExchange(transform.Type))
        .GroupBy(transform => transform.Type).Any(group => group.All(transform => transform.Id != Transform.NoneId));
}
