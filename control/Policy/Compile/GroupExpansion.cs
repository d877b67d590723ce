using IpsecDp.Policy.Config;

namespace IpsecDp.Policy.Compile;

/// <summary>Unfolds inline statements, references and groups into one flat list in the order they are tried.</summary>
internal static class GroupExpansion
{
    /// <summary>Fills the list with what the uses lead to, dangling names left out; false when there is more than the limit.</summary>
    public static bool TryExpand<T, TGroup>(IEnumerable<Use<T>> uses, NameTable<T> table, NameTable<TGroup> groups, Func<TGroup, IReadOnlyList<Use<T>>> members, int limit, List<T> found)
        where T : class, INamedStatement
        where TGroup : class, INamedStatement
    {
        // A stack of its own: the depth of groups is the operator's choice. Reversed, so that the first comes off first.
        var open = new Stack<Use<T>>(uses.Reverse());
        for (var steps = 0; open.TryPop(out var use); steps++)
        {
            if (found.Count > limit || steps > ExpansionLimits.Steps)
            {
                return false;
            }

            if (use.Group is { } name)
            {
                foreach (var member in groups.Find(name.Name) is { } group ? members(group).Reverse() : [])
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
