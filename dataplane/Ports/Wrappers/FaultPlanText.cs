using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IpsecDp.Ports.Wrappers;

/// <summary>Reads the text form of a <see cref="FaultPlan"/>: <c>name=percent[:detail]</c>, separated by commas.</summary>
internal static class FaultPlanText
{
    private const string Names = "drop, duplicate, reorder, corrupt, delay, truncate";
    private const int MostPackets = 128;

    // A sum of decimal percentages misses 1 by rounding.
    private const double Rounding = 1e-9;

    public static bool TryParse(string text, [NotNullWhen(true)] out FaultPlan? plan, [NotNullWhen(false)] out string? error)
    {
        plan = null;
        var parsed = FaultPlan.None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (text.Trim() == "none")
        {
            plan = parsed;
            error = null;
            return true;
        }

        foreach (var clause in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryClause(clause, seen, parsed, out parsed, out error))
            {
                return false;
            }
        }

        if (parsed.Total > 1 + Rounding)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"the faults add up to {parsed.Total * 100:0.######} %: a packet meets at most one, so 100 % is the most");
            return false;
        }

        plan = parsed;
        error = null;
        return true;
    }

    private static bool TryClause(string clause, HashSet<string> seen, FaultPlan before, out FaultPlan after, [NotNullWhen(false)] out string? error)
    {
        after = before;
        var equals = clause.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            error = $"'{clause}' is not a fault: write name=percent, as drop=1%, or none";
            return false;
        }

        var name = clause[..equals].Trim();
        var colon = clause.IndexOf(':', equals);
        var share = (colon < 0 ? clause[(equals + 1)..] : clause[(equals + 1)..colon]).Trim();
        var detail = colon < 0 ? null : clause[(colon + 1)..].Trim();
        if (!TryPercent(share, out var chance))
        {
            error = $"'{share}' of '{name}' is not a percentage from 0% to 100%";
            return false;
        }

        if (!seen.Add(name))
        {
            error = $"'{name}' stands twice";
            return false;
        }

        return TryApply(name, chance, detail, before, out after, out error);
    }

    private static bool TryApply(string name, double chance, string? detail, FaultPlan before, out FaultPlan after, [NotNullWhen(false)] out string? error)
    {
        after = before;
        error = null;
        switch (name)
        {
            case "drop":
                after = before with { Drop = chance };
                return TakesNoDetail(name, detail, out error);
            case "duplicate":
                after = before with { Duplicate = chance };
                return TakesNoDetail(name, detail, out error);
            case "truncate":
                after = before with { Truncate = chance };
                return TakesNoDetail(name, detail, out error);
            case "reorder":
                after = before with { Reorder = chance };
                return detail is null || TryReorder(detail, ref after, out error);
            case "corrupt":
                after = before with { Corrupt = chance };
                return detail is null || TryCorrupt(detail, ref after, out error);
            case "delay":
                after = before with { Delay = chance };
                return detail is null || TryDelay(detail, ref after, out error);
            default:
                error = $"'{name}' is not a fault: they are {Names}";
                return false;
        }
    }

    private static bool TakesNoDetail(string name, string? detail, [NotNullWhen(false)] out string? error)
    {
        error = detail is null ? null : $"'{name}' takes nothing behind its percentage, but has '{detail}'";
        return error is null;
    }

    private static bool TryReorder(string detail, ref FaultPlan plan, [NotNullWhen(false)] out string? error)
    {
        error = TryPackets(detail, out var packets) ? null : $"'{detail}' of 'reorder' is not a number of packets from 1 to {MostPackets}";
        plan = plan with { ReorderDistance = packets };
        return error is null;
    }

    private static bool TryCorrupt(string detail, ref FaultPlan plan, [NotNullWhen(false)] out string? error)
    {
        error = detail is "payload" or "anywhere" ? null : $"'{detail}' of 'corrupt' is neither payload nor anywhere";
        plan = plan with { CorruptsHeader = detail == "anywhere" };
        return error is null;
    }

    private static bool TryDelay(string detail, ref FaultPlan plan, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (TryPackets(detail, out var packets))
        {
            plan = plan with { DelayPackets = packets, DelayTime = TimeSpan.Zero };
            return true;
        }

        if (detail.EndsWith("ms", StringComparison.Ordinal) && TryNumber(detail[..^2], out var milliseconds) && milliseconds is > 0 and <= 60_000)
        {
            plan = plan with { DelayTime = TimeSpan.FromMilliseconds(milliseconds) };
            return true;
        }

        error = $"'{detail}' of 'delay' is neither a number of packets from 1 to {MostPackets} nor a time up to 60000ms, as 5ms";
        return false;
    }

    private static bool TryPackets(string text, out int packets) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out packets) && packets is >= 1 and <= MostPackets;

    private static bool TryPercent(string text, out double chance)
    {
        chance = 0;
        if (!text.EndsWith('%') || !TryNumber(text[..^1].TrimEnd(), out var percent) || percent > 100)
        {
            return false;
        }

        chance = percent / 100;
        return true;
    }

    // No sign and no exponent, hence neither negative nor NaN nor infinite.
    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
