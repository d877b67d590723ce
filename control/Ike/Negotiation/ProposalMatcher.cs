using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Negotiation;

/// <summary>Finds what both ends want (RFC 7296 §2.7 and §3.3): our order of offers first, then the peer's order of proposals; within them our order of algorithms.</summary>
public static class ProposalMatcher
{
    /// <summary>The responder's choice out of what a peer proposes; a proposal with anything that is not understood is passed over.</summary>
    public static bool TryChoose(IReadOnlyList<Offer> offers, SaPayload asked, MatchRules rules, [NotNullWhen(true)] out Agreement? agreement, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(asked);
        for (var i = 0; i < offers.Count; i++)
        {
            foreach (var proposal in asked.Proposals)
            {
                if (IsReadable(proposal, offers[i].Protocol, rules) && ProposalChoice.TryMake(offers[i].Transforms, proposal, rules, out var transforms))
                {
                    agreement = new(i, proposal with { Transforms = transforms });
                    failure = IkeFailure.None;
                    return true;
                }
            }
        }

        agreement = null;
        failure = new(IkeFault.NoProposalChosen, PayloadType.SecurityAssociation, asked.Proposals.Count);
        return false;
    }

    /// <summary>The initiator's look at the answer: one proposal, of a number that was sent, with exactly one of each type that was sent in it.</summary>
    public static bool TryAccept(SaPayload sent, SaPayload answer, MatchRules rules, [NotNullWhen(true)] out Agreement? agreement, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(sent);
        ArgumentNullException.ThrowIfNull(answer);
        agreement = null;
        failure = new(IkeFault.ProposalNotOffered, PayloadType.SecurityAssociation, answer.Proposals[0].Number);
        var chosen = answer.Proposals[0];
        var place = sent.Proposals.ToList().FindIndex(proposal => proposal.Number == chosen.Number);
        if (answer.Proposals.Count != 1 || place < 0 || !IsReadable(chosen, sent.Proposals[place].Protocol, rules) || HasTwice(chosen.Transforms)
            || !ProposalChoice.TryMake(sent.Proposals[place].Transforms, chosen, rules, out var transforms))
        {
            return false;
        }

        agreement = new(place, chosen with { Transforms = transforms });
        failure = IkeFailure.None;
        return true;
    }

    private static bool IsReadable(Proposal proposal, ProtocolId protocol, MatchRules rules) =>
        proposal.Protocol == protocol && proposal.Spi.Length == rules.SpiLength && IsNoReservedSpi(proposal)
        && proposal.Transforms.All(transform => TransformRules.IsAllowed(protocol, transform.Type));

    // RFC 4303 §2.1: SPIs 0 to 255 are no SA's; RFC 7296 §3.1: the SPI of an IKE SA is not 0.
    private static bool IsNoReservedSpi(Proposal proposal) => proposal.Spi.IsEmpty
        || (ProtocolIds.IsChild(proposal.Protocol) ? proposal.Spi.Span[..^1].ContainsAnyExcept((byte)0) : proposal.Spi.Span.ContainsAnyExcept((byte)0));

    private static bool HasTwice(ValueList<Transform> transforms) => transforms.DistinctBy(transform => transform.Type).Count() != transforms.Count;
}
