using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace IpsecDp.Ike.V2.Exchanges;

/// <summary>What is offered and taken for a successor of an IKE SA.</summary>
/// <remarks>IKE_FOLLOWUP_KE (RFC 9370 §2.2.4) is not spoken: further key exchanges are left out here, and an offer that insists on them makes the IKE SA be authenticated anew.</remarks>
internal static class RekeyOffers
{
    /// <summary>The connection's offers without further key exchanges.</summary>
    public static ValueList<Offer> Of(ConnectionModel connection) => [.. SuiteChoice.Usable(connection.Offers).Where(offer => !Insists(offer))
        .Select(offer => new Offer(offer.Protocol, [.. offer.Transforms.Where(transform => !TransformRules.IsAdditionalKeyExchange(transform.Type))]))];

    /// <summary>Whether every offer of a connection insists on further key exchanges.</summary>
    public static bool AreNone(ConnectionModel connection) => Of(connection).Count == 0;

    private static bool Insists(Offer offer) => offer.Transforms.Where(transform => TransformRules.IsAdditionalKeyExchange(transform.Type))
        .GroupBy(transform => transform.Type).Any(group => group.All(transform => transform.Id != Messages.Proposals.Transform.NoneId));
}
