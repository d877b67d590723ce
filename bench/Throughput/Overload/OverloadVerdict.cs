using System.Globalization;

namespace IpsecDp.Throughput.Overload;

/// <summary>Whether one engine holds what the line without engines carries when more is offered than that; where less is offered both carry all of it, and nothing is judged.</summary>
internal sealed record OverloadVerdict(bool Holds, string Sentence)
{
    /// <summary>Judges the rows of a run.</summary>
    public static OverloadVerdict Of(IReadOnlyList<OverloadRow> rows)
    {
        if (rows.Where(row => row.Factor > 1).MinBy(row => row.Ratio) is not { } worst)
        {
            return new OverloadVerdict(false, "no verdict: nothing above the inline capacity was offered");
        }

        var holds = worst.Ratio >= 1;
        var word = holds ? "holds" : "falls short";
        return new OverloadVerdict(holds, string.Create(CultureInfo.InvariantCulture, $"{word}: under overload one engine carries at least {worst.Ratio:F2} of the inline run's packets (at {worst.Factor:0.##} times the capacity; it had {worst.EngineProcessors:F2} processors, the inline run {worst.InlineProcessors:F2})"));
    }
}
