using System.Globalization;
using IpsecDp.Peers.Measures;
using IpsecDp.Peers.Results;
using IpsecDp.Peers.Statistics;
using Spectre.Console;

namespace IpsecDp.Peers.Reports;

/// <summary>The result for a terminal.</summary>
internal static class PeersTables
{
    // A file or a pipe has no width of its own; this one holds every column.
    private const int WidthOfFile = 150;

    /// <summary>Prints it to standard output.</summary>
    public static void Print(PeersResult result)
    {
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            console.Profile.Width = WidthOfFile;
        }

        foreach (var metric in result.Metrics)
        {
            console.Write(FiguresOf(result, metric));
        }

        console.Write(Ratios(result, "Ratios, round by round", Goal.All));
        console.Write(Ratios(result, "What the bare relay makes of the same, round by round", Goal.Limits));
        foreach (var (contender, sentence) in result.Absences)
        {
            console.WriteLine($"{contender} is absent: {sentence}");
        }

        foreach (var fault in result.Faults)
        {
            console.WriteLine($"not taken: round {fault.Round}, {fault.Contender}, {fault.Measure}: {fault.Sentence}");
        }
    }

    private static Table FiguresOf(PeersResult result, Metric metric)
    {
        var table = Titled($"{metric.Title}, {metric.Unit}", "Contender", ">Median", ">Least – most", ">CPU s/GB", ">Steal s", ">Invol. switches", ">Rounds");
        foreach (var contender in result.Contenders)
        {
            var samples = result.Of(contender.Name, metric.Name);
            if (samples.Count == 0)
            {
                table.AddRow(Escaped(contender.Title), result.Absences.ContainsKey(contender.Name) ? "absent" : "failed", "–", "–", "–", "–", "0");
                continue;
            }

            var figures = Spread.Of(samples.Select(sample => sample.Figure));
            string Median(Func<Sample, double> read) => FigureText.Of(Spread.Of(samples.Select(read)).Median);
            table.AddRow(
                Escaped(contender.Title),
                FigureText.Of(figures.Median),
                $"{FigureText.Of(figures.Least)} – {FigureText.Of(figures.Most)}",
                Median(sample => sample.Effort.CpuSecondsPerGigabyte),
                Median(sample => sample.Effort.StealSeconds),
                Median(sample => sample.Effort.InvoluntarySwitches),
                samples.Count.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static Table Ratios(PeersResult result, string title, IReadOnlyList<Goal> goals)
    {
        var table = Titled(title, "What", "Of", "To", ">Median", ">Least – most", ">To reach", "Reached");
        foreach (var goal in goals)
        {
            var reach = $"{(goal.IsCeiling ? "≤" : "≥")} {FigureText.Of(goal.Reach)}";
            if (result.Ratio(goal.Contender, goal.Rival, goal.Metric) is { } ratio)
            {
                table.AddRow(goal.What, goal.Contender, goal.Rival, FigureText.Of(ratio.Median), $"{FigureText.Of(ratio.Least)} – {FigureText.Of(ratio.Most)}", reach, goal.IsMetBy(ratio.Median) ? "yes" : "no");
            }
            else
            {
                table.AddRow(goal.What, goal.Contender, goal.Rival, Missing(result, goal), "–", reach, "–");
            }
        }

        return table;
    }

    private static string Missing(PeersResult result, Goal goal) => result.Absences.ContainsKey(goal.Rival) || result.Absences.ContainsKey(goal.Contender) ? "absent" : "not taken";

    // A leading > marks a column of figures.
    private static Table Titled(string title, params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(Escaped(title)) };
        foreach (var column in columns)
        {
            var header = new TableColumn(Escaped(column.TrimStart('>'))).NoWrap();
            table.AddColumn(column.StartsWith('>') ? header.RightAligned() : header);
        }

        return table;
    }

    private static string Escaped(string text) => text.EscapeMarkup();
}
