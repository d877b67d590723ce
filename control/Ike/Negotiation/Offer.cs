using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Negotiation;

/// <summary>What is offered here for one protocol; the transforms of a type stand in the order of preference.</summary>
public sealed record Offer
{
    /// <summary>An offer; throws <see cref="ArgumentException"/> when a type it needs is missing, one it may not have is there, or a key length does not fit.</summary>
    public Offer(ProtocolId protocol, ValueList<Transform> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        (Protocol, Transforms) = (protocol, transforms);
        if (FaultOf(protocol, transforms) is { } fault)
        {
            throw new ArgumentException(fault, nameof(transforms));
        }
    }

    /// <summary>IKE, ESP or AH.</summary>
    public ProtocolId Protocol { get; }

    /// <summary>The choices.</summary>
    public ValueList<Transform> Transforms { get; }

    /// <summary>What keeps transforms from being an offer, in a sentence; null when nothing does.</summary>
    public static string? FaultOf(ProtocolId protocol, ValueList<Transform> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        bool Has(TransformType type) => transforms.Any(transform => transform.Type == type);
        bool HasReal(TransformType type) => transforms.Any(transform => transform.Type == type && transform.Id != Transform.NoneId);
        var isPaired = transforms.Any(transform => transform.Type == TransformType.Encryption && !TransformRules.IsCombined(transform.Id));
        return protocol switch
        {
            not (ProtocolId.Ike or ProtocolId.Esp or ProtocolId.Ah) => "an offer is for IKE, ESP or AH",
            _ when transforms.FirstOrDefault(transform => !TransformRules.IsAllowed(protocol, transform.Type)) is { } foreign => $"{ProtocolIds.Name(protocol)} takes no {foreign.Type}",
            _ when transforms.FirstOrDefault(transform => !TransformRules.IsWellFormed(transform)) is { } odd => $"the key length does not fit {AlgorithmNames.Of(odd)}",
            not ProtocolId.Ah when !Has(TransformType.Encryption) => "an offer needs an encryption algorithm",
            ProtocolId.Ike when transforms.Any(transform => transform.Type == TransformType.Encryption && TransformRules.IsWithoutSecrecy(transform.Id)) => "an IKE SA is encrypted",
            ProtocolId.Ike when !Has(TransformType.Prf) => "an offer for IKE needs a pseudorandom function",
            ProtocolId.Ike when !HasReal(TransformType.KeyExchange) => "an offer for IKE needs a key exchange",
            ProtocolId.Ah when !HasReal(TransformType.Integrity) => "an offer for AH needs an integrity algorithm",
            _ when isPaired && !HasReal(TransformType.Integrity) => "an encryption algorithm that does not authenticate needs an integrity algorithm",
            not ProtocolId.Ike when !Has(TransformType.SequenceNumbers) => "an offer says which sequence numbers it takes",
            _ => null,
        };
    }

    /// <summary>The proposals to send: combined and other encryption algorithms apart, since no integrity algorithm may stand beside the former (RFC 7296 §3.3).</summary>
    public IEnumerable<Proposal> ToProposals(byte firstNumber, Octets spi, bool withoutKeyExchange)
    {
        var number = firstNumber;
        foreach (var group in ByKind())
        {
            var transforms = group.Where(transform => !withoutKeyExchange || TransformRules.FamilyOf(transform.Type) != TransformType.KeyExchange);
            yield return new(number++, Protocol, spi, [.. transforms]);
        }
    }

    private IEnumerable<IEnumerable<Transform>> ByKind()
    {
        if (Protocol == ProtocolId.Ah)
        {
            yield return Transforms.Where(transform => transform.Type != TransformType.Integrity || transform.Id != Transform.NoneId);
            yield break;
        }

        // The kind of the most wanted algorithm goes first.
        var isCombinedFirst = TransformRules.IsCombined(Transforms.First(transform => transform.Type == TransformType.Encryption).Id);
        foreach (var isCombined in new[] { isCombinedFirst, !isCombinedFirst })
        {
            if (Transforms.Any(transform => transform.Type == TransformType.Encryption && TransformRules.IsCombined(transform.Id) == isCombined))
            {
                yield return Transforms.Where(transform => transform.Type switch
                {
                    TransformType.Encryption => TransformRules.IsCombined(transform.Id) == isCombined,
                    TransformType.Integrity => !isCombined && transform.Id != Transform.NoneId,
                    _ => true,
                });
            }
        }
    }
}
