using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Validation;

/// <summary>No group holds itself, directly or through others.</summary>
internal static class GroupCycleValidator
{
    private enum Visit
    {
        Unseen,
        Open,
        Done,
    }

    /// <summary>Reports every reference that closes a cycle; true when there is none.</summary>
    public static bool Validate(PolicyConfig config, Findings findings)
    {
        var rules = Validate(config.RuleGroups, g => g.Members.Select(m => m.Group), findings);
        var services = Validate(config.ServiceGroups, g => g.Members.Select(m => m.Group), findings);
        var addresses = Validate(config.AddressGroups, g => g.Members.Select(Reference), findings);
        var exchanges = Validate(config.ExchangeGroups, g => g.Members.Select(m => m.Group), findings);
        var starts = Validate(config.StartGroups, g => g.Members.Select(m => m.Group), findings);
        return rules && services && addresses && exchanges && starts;
    }

    private static NameReference? Reference(AddressChoice member) =>
        member is { Kind: AddressNameKind.Group, Name: { } name } ? new(name, member.Position) : null;

    private static bool Validate<T>(NameTable<T> groups, Func<T, IEnumerable<NameReference?>> members, Findings findings)
        where T : class, INamedStatement
    {
        var visits = new Dictionary<T, Visit>(ReferenceEqualityComparer.Instance);
        var isFree = true;
        foreach (var group in groups.All)
        {
            isFree &= Search(group, groups, members, visits, findings);
        }

        return isFree;
    }

    // Depth first with a stack of its own: a chain of a hundred thousand groups must not end in a stack overflow.
    private static bool Search<T>(T start, NameTable<T> groups, Func<T, IEnumerable<NameReference?>> members, Dictionary<T, Visit> visits, Findings findings)
        where T : class, INamedStatement
    {
        if (visits.GetValueOrDefault(start) != Visit.Unseen)
        {
            return true;
        }

        var isFree = true;
        var path = new Stack<(T Group, Queue<NameReference> Members)>();
        Enter(start);
        while (path.TryPeek(out var top))
        {
            if (!top.Members.TryDequeue(out var reference))
            {
                visits[top.Group] = Visit.Done;
                path.Pop();
                continue;
            }

            if (groups.Find(reference.Name) is not { } next)
            {
                continue;
            }

            switch (visits.GetValueOrDefault(next))
            {
                case Visit.Open:
                    findings.Error(reference.Position, ConfigRule.GroupCycle, $"{groups.Keyword} {next.Name} would hold itself through {top.Group.Name}");
                    isFree = false;
                    break;
                case Visit.Unseen:
                    Enter(next);
                    break;
                default:
                    break;
            }
        }

        return isFree;

        void Enter(T group)
        {
            visits[group] = Visit.Open;
            path.Push((group, new Queue<NameReference>(members(group).OfType<NameReference>())));
        }
    }
}
