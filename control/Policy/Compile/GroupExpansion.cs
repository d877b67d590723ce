using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Compile;

/// <summary>Unfolds inline statements, references and groups into one flat list in the order they are tried.</summary>
internal static class GroupExpansion
{
    /// <summary>Fills the list with what the uses lead to, dangling names left out; false when there is more than the limit.</summary>
    public static bool TryExpand<T, TGroup>(IEnumerable<Use<T>> uses, NameTable<T> table, NameTable<TGroup> groups, Func<TGroup, IReadOnlyList<Use<T>>> members, int limit, ExpansionBudget budget, List<T> found)
        where T : class, INamedStatement
        where TGroup : class, INamedStatement
    {
        // A stack of its own: the depth of groups is the operator's choice. Reversed, so that the first comes off first.
        var open = new Stack<Use<T>>(uses.Reverse());
        while (open.TryPop(out var use))
        {
            if (found.Count > limit || !budget.TrySpend(1))
            {
                return false;
            }

            if (use.Group is { } name)
            {
                var inside = groups.Find(name.Name) is { } group ? members(group) : [];
                if (!budget.TrySpend(inside.Count))
                {
                    return false;
                }

                foreach (var member in inside.Reverse())
                {
                    open.Push(member);
                }
            }
            else if (use.In(table) is { } statement)
            {
                found.Add(statement);
            }
        }

        return found.Count <= limit;
    }
}
