using IpsecDp.Policy.Config;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Compile;

/// <summary>Unfolds one side of a rule into address ranges.</summary>
internal static class SideExpansion
{
    /// <summary>Fills the list with the ranges, dangling names left out; false when there are more than the limit.</summary>
    public static bool TryExpand(AddressChoice side, PolicyConfig config, ExpansionBudget budget, List<AddressRange> ranges)
    {
        var open = new Stack<AddressChoice>([side]);
        while (open.TryPop(out var choice))
        {
            if (ranges.Count > ExpansionLimits.PerRule || !budget.TrySpend(1))
            {
                return false;
            }

            if (choice.Name is { } name && choice.Kind == AddressNameKind.Group)
            {
                var inside = config.AddressGroups.Find(name)?.Members ?? [];
                if (!budget.TrySpend(inside.Count))
                {
                    return false;
                }

                foreach (var member in inside.Reverse())
                {
                    open.Push(member);
                }

                continue;
            }

            ranges.AddRange(RangesOf(choice, config));
        }

        return ranges.Count <= ExpansionLimits.PerRule;
    }

    private static IReadOnlyList<AddressRange> RangesOf(AddressChoice choice, PolicyConfig config) => choice switch
    {
        { Name: null } => choice.Ranges,
        { Kind: AddressNameKind.Address } => config.Addresses.Find(choice.Name) is { } address ? [AddressRange.Of(address.Address)] : [],
        _ => config.AddressSets.Find(choice.Name) is { } set ? [set.Range] : [],
    };
}
