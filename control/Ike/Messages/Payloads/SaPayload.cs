using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>SA (RFC 7296 §3.3): proposals of which one is to be chosen, or the one that was.</summary>
public sealed record SaPayload(ValueList<Proposal> Proposals) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.SecurityAssociation;

    /// <inheritdoc/>
    public override int BodyLength => Proposals.Sum(proposal => proposal.WireLength);

    /// <summary>Reads the body whole, or says why not. A single proposal may have any number but 0; several are numbered from 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SaPayload? payload, out IkeFailure failure)
    {
        payload = null;
        if (!TryReadProposals(body, out var proposals, out var fault))
        {
            failure = new(fault, PayloadType.SecurityAssociation);
            return false;
        }

        // RFC 7296 §3.3.1: the first of several is 1, each further one is one more; an answer has the number it chose.
        for (var i = 0; i < proposals.Count; i++)
        {
            var number = proposals[i].Number;
            if (proposals.Count == 1 ? number == 0 : number != i + 1)
            {
                failure = new(IkeFault.ProposalNumber, PayloadType.SecurityAssociation, number);
                return false;
            }
        }

        payload = new([.. proposals]);
        failure = IkeFailure.None;
        return true;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        for (var i = 0; i < Proposals.Count; i++)
        {
            Proposals[i].Write(ref writer, i == Proposals.Count - 1);
        }
    }

    private static bool TryReadProposals(ReadOnlySpan<byte> body, out List<Proposal> proposals, out IkeFault fault)
    {
        proposals = [];
        if (body.IsEmpty)
        {
            fault = IkeFault.NoProposal;
            return false;
        }

        var reader = new PayloadReader(body);
        var transforms = 0;
        for (var isLast = false; !isLast;)
        {
            if (proposals.Count == PayloadLimits.Proposals)
            {
                fault = IkeFault.TooManyProposals;
                return false;
            }

            if (!Proposal.TryRead(ref reader, PayloadLimits.Transforms - transforms, out var proposal, out isLast, out fault))
            {
                return false;
            }

            proposals.Add(proposal!);
            transforms += proposal!.Transforms.Count;
        }

        fault = reader.IsAtEnd ? IkeFault.None : IkeFault.ProposalChain;
        return reader.IsAtEnd;
    }
}
