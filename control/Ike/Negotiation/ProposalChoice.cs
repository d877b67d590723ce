using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Negotiation;

/// <summary>One of each type out of one proposal, in our order of preference.</summary>
internal static class ProposalChoice
{
    /// <summary>Makes the choice; false when there is none.</summary>
    public static bool TryMake(ValueList<Transform> ours, Proposal proposal, MatchRules rules, out ValueList<Transform> chosen)
    {
        var theirs = proposal.Transforms.Where(transform => !rules.WithoutKeyExchange || TransformRules.FamilyOf(transform.Type) != TransformType.KeyExchange).ToList();
        var methods = new Dictionary<TransformType, List<Transform?>>();
        for (var type = TransformType.KeyExchange; !rules.WithoutKeyExchange && type <= TransformType.AdditionalKeyExchange7; type++)
        {
            if (type != TransformType.SequenceNumbers)
            {
                methods.Add(type, Common(ours, theirs, type, isOptional: type != TransformType.KeyExchange || proposal.Protocol != ProtocolId.Ike));
            }
        }

        if (rules.SentMethod is { } sent && methods.TryGetValue(TransformType.KeyExchange, out var firsts))
        {
            methods[TransformType.KeyExchange] = [.. firsts.OrderBy(transform => transform?.Id == sent ? 0 : 1)];
        }

        var picked = new List<Transform>();
        var isMade = TryProtect(ours, theirs, proposal.Protocol, picked) && TryPickMethods([.. methods.Values], 0, picked);
        chosen = isMade ? [.. picked.OrderBy(transform => transform.Type)] : [];
        return isMade;
    }

    // Encryption and integrity go together; then the function or the sequence numbers.
    private static bool TryProtect(ValueList<Transform> ours, List<Transform> theirs, ProtocolId protocol, List<Transform> picked)
    {
        var last = Common(ours, theirs, protocol == ProtocolId.Ike ? TransformType.Prf : TransformType.SequenceNumbers, isOptional: false);
        if (last.Count == 0)
        {
            return false;
        }

        picked.Add(last[0]!);
        if (protocol == ProtocolId.Ah)
        {
            return TryAddIntegrity(ours, theirs, picked);
        }

        foreach (var encryption in Common(ours, theirs, TransformType.Encryption, isOptional: false))
        {
            if (TransformRules.IsCombined(encryption!.Id) ? TryAddNoIntegrity(theirs, picked) : TryAddIntegrity(ours, theirs, picked))
            {
                picked.Add(encryption);
                return true;
            }
        }

        return false;
    }

    private static bool TryAddIntegrity(ValueList<Transform> ours, List<Transform> theirs, List<Transform> picked)
    {
        var integrity = Common(ours, theirs, TransformType.Integrity, isOptional: false).FirstOrDefault(transform => transform!.Id != Transform.NoneId);
        if (integrity is not null)
        {
            picked.Add(integrity);
        }

        return integrity is not null;
    }

    // RFC 7296 §3.3.3: beside a combined algorithm a proposal has no integrity algorithm, or the one called NONE.
    private static bool TryAddNoIntegrity(List<Transform> theirs, List<Transform> picked)
    {
        var integrity = theirs.Where(transform => transform.Type == TransformType.Integrity).ToList();
        var none = integrity.FirstOrDefault(transform => transform.Id == Transform.NoneId && transform.Attributes.Count == 0);
        if (none is not null)
        {
            picked.Add(none);
        }

        return none is not null || integrity.Count == 0;
    }

    // RFC 9370 §2.2.2: a method that was chosen is not chosen again. Ours are few, so that trying all is cheap whatever the peer sends.
    private static bool TryPickMethods(IReadOnlyList<List<Transform?>> methods, int at, List<Transform> picked)
    {
        if (at == methods.Count)
        {
            return true;
        }

        foreach (var method in methods[at])
        {
            if (method is { Id: not Transform.NoneId } && picked.Any(other => TransformRules.FamilyOf(other.Type) == TransformType.KeyExchange && other.Id == method.Id))
            {
                continue;
            }

            var count = picked.Count;
            if (method is not null)
            {
                picked.Add(method);
            }

            if (TryPickMethods(methods, at + 1, picked))
            {
                return true;
            }

            picked.RemoveRange(count, picked.Count - count);
        }

        return false;
    }

    // What both have, in our order; null stands for a type the proposal does not have, which says the same as NONE where that may be.
    private static List<Transform?> Common(ValueList<Transform> ours, List<Transform> theirs, TransformType type, bool isOptional)
    {
        var wanted = ours.Where(transform => transform.Type == type).ToList();
        var asked = theirs.Where(transform => transform.Type == type).ToList();
        var takesNone = isOptional && (wanted.Count == 0 || wanted.Any(transform => transform.Id == Transform.NoneId));
        if (asked.Count == 0)
        {
            return takesNone ? [null] : [];
        }

        if (wanted.Count == 0 && takesNone)
        {
            return [.. asked.Where(transform => transform.Id == Transform.NoneId && transform.Attributes.Count == 0).Take(1)];
        }

        return [.. wanted.Where(asked.Contains)];
    }
}
