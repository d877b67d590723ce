using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Negotiation;

/// <summary>What was chosen: of each type one transform at most.</summary>
/// <param name="Offer">Place of our offer, from 0.</param>
/// <param name="Proposal">The peer's proposal, with its number and SPI, cut down to the choice.</param>
public sealed record Agreement(int Offer, Proposal Proposal)
{
    /// <summary>IKE, ESP or AH.</summary>
    public ProtocolId Protocol => Proposal.Protocol;

    /// <summary>The SPI the peer chose; empty in the first exchange.</summary>
    public Octets PeerSpi => Proposal.Spi;

    /// <summary>The encryption algorithm; null for AH.</summary>
    public Transform? Encryption => Find(TransformType.Encryption);

    /// <summary>The integrity algorithm; null beside a combined encryption algorithm.</summary>
    public Transform? Integrity => Find(TransformType.Integrity) is { Id: not Transform.NoneId } integrity ? integrity : null;

    /// <summary>The pseudorandom function; null for a child.</summary>
    public Transform? Prf => Find(TransformType.Prf);

    /// <summary>The method of the first key exchange; 0 for none.</summary>
    public ushort KeyExchange => Find(TransformType.KeyExchange)?.Id ?? Transform.NoneId;

    /// <summary>Whether sequence numbers have 64 bits.</summary>
    public bool HasExtendedNumbers => Find(TransformType.SequenceNumbers)?.Id == Transforms.ExtendedNumbers.Id;

    /// <summary>The methods of the further key exchanges, in the order they are run (RFC 9370 §2.2.2).</summary>
    public ValueList<ushort> AdditionalKeyExchanges => [.. Proposal.Transforms
        .Where(transform => TransformRules.IsAdditionalKeyExchange(transform.Type) && transform.Id != Transform.NoneId)
        .OrderBy(transform => transform.Type)
        .Select(transform => transform.Id)];

    /// <summary>The answer: the choice under its number, with our SPI.</summary>
    public Proposal ToAnswer(Octets spi) => Proposal with { Spi = spi };

    private Transform? Find(TransformType type) => Proposal.Transforms.FirstOrDefault(transform => transform.Type == type);

    /// <inheritdoc/>
    public override string ToString() => $"{ProtocolIds.Name(Protocol)} {string.Join('/', Proposal.Transforms.Select(AlgorithmNames.Of))}";
}
