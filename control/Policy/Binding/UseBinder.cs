using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds statements that are coded inline, by <c>…Ref</c> or by <c>…GroupRef</c>.</summary>
internal static class UseBinder
{
    /// <summary>The one statement of a keyword a block uses; null when it uses none.</summary>
    public static Use<T>? One<T>(StatementBlock block, string keyword, Func<StatementNode, bool, T> bind, Findings findings, string? groupKeyword = null)
        where T : class, INamedStatement
    {
        var uses = new List<Use<T>>();
        if (block.Single(keyword) is { } inline && block.IsStatement(inline))
        {
            uses.Add(new(bind(inline, true), null, null));
        }

        if (block.Reference(keyword + "Ref") is { } reference)
        {
            uses.Add(new(null, reference, null));
        }

        if (groupKeyword is not null && block.Reference(groupKeyword) is { } group)
        {
            uses.Add(new(null, null, group));
        }

        foreach (var second in uses.OrderBy(u => u.Position).Skip(1))
        {
            findings.Error(second.Position, ConfigRule.Duplicate, $"{block.Keyword} has one {keyword}");
        }

        return uses.FirstOrDefault();
    }

    /// <summary>The statements of a keyword a block uses, in the order of the text.</summary>
    public static List<Use<T>> Many<T>(StatementBlock block, string keyword, Func<StatementNode, bool, T> bind, string? groupKeyword = null)
        where T : class, INamedStatement
    {
        var uses = new List<Use<T>>();
        foreach (var line in groupKeyword is null ? block.InOrder(keyword, keyword + "Ref") : block.InOrder(keyword, keyword + "Ref", groupKeyword))
        {
            if (line.Keyword.Is(keyword))
            {
                if (block.IsStatement(line))
                {
                    uses.Add(new(bind(line, true), null, null));
                }
            }
            else if (block.IsAttribute(line) && block.ReferenceOf(line) is { } reference)
            {
                uses.Add(line.Keyword.Is(keyword + "Ref") ? new(null, reference, null) : new(null, null, reference));
            }
        }

        return uses;
    }
}
